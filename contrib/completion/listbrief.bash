# SPDX-License-Identifier: GPL-2.0-or-later
# bash completion for listbrief(1).  To add a command: its name in $commands, its options in the case below.
_listbrief() {
  local cur=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} command= commands="report series export decode deliver run store config help"
  local reading="--since= --until= --context= --range= --list-id= --recursive --mailmap= --jobs= --output= --verbose --quiet --help"
  local values= options= i
  COMPREPLY=()

  # readline takes "--order=new" for three words, other callers for one.
  if [[ $cur == = ]]; then
    cur=
  elif [[ $option == = ]]; then
    option=${COMP_WORDS[COMP_CWORD - 2]}
  elif [[ $cur == --*=* ]]; then
    option=${cur%%=*} cur=${cur#*=}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -* ]] || { command=${COMP_WORDS[i]}; break; }
  done

  case $option in
    --sections) values="watched domains contributors patches waiting applied pulls reviewers newcomers discussions incomplete bots numbers messages" ;;
    --messages) values="first cover all none" ;;
    --order) values="newest oldest" ;;
    --status) values="applied applied-in-part superseded nacked ready stale waiting-on-author waiting-for-review" ;;
    --color) values="auto always never" ;;
    --format) values="text json" ;;
    --what) values="mails postings" ;;
    --since | --until) values="yesterday 1.weeks 1.months" ;;
    --output | --mailmap | --domain-map | --config | --maildir | -o) COMPREPLY=($(compgen -f -- "$cur")); return ;;
  esac
  if [[ -n $values ]]; then
    COMPREPLY=($(compgen -W "$values" -- "$cur"))
    return
  fi

  case $command in
    '') options="$commands --help --version" ;;
    help) options=$commands ;;
    report) options="$reading --name= --top= --messages= --sections= --order= --link= --exclude= --watch= --stale= --domain-map= --fold-domains" ;;
    series) options="$reading --status= --author= --domain= --path= --title= --stale= --why --format= --color=" ;;
    export) options="$reading --what= --text" ;;
    decode) options="--help" ;;
    store) options="check rebuild stats --config= --jobs= --quiet --help" ;;
    config) options="check init --config= --help" ;;
    run) options="--due --config= --wait= --jobs= --quiet --verbose --help" ;;
    deliver) options="--maildir= --list= --config= --tee --timeout= --help" ;;
  esac
  if [[ -z $command || $command == help || ($command == config || $command == store) && $COMP_CWORD -eq 2 || $cur == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$cur"))
    [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
  else
    COMPREPLY=($(compgen -f -- "$cur"))
  fi
}
complete -o filenames -F _listbrief listbrief
