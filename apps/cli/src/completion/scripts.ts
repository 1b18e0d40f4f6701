/** Asks `helios __complete` with the words before the cursor, and the one under it, for lines of VALUE<tab>DESCRIPTION. */
export function bashScript(): string {
  return `# Load it with: source <(helios completion bash)
_helios() {
  local cur words
  # Colons and @ are parts of a word here: main@scn:5 is one.
  if declare -F _get_comp_words_by_ref >/dev/null; then
    _get_comp_words_by_ref -n :=@ -w words -c cur
  else
    words=("\${COMP_WORDS[@]:0:COMP_CWORD+1}"); cur="\${COMP_WORDS[COMP_CWORD]}"
  fi
  local IFS=$'\\n'
  COMPREPLY=($(helios __complete -- "\${words[@]:1}" 2>/dev/null | cut -f1))
  if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "$cur"; fi
  if [ \${#COMPREPLY[@]} -eq 0 ]; then compopt -o default 2>/dev/null; fi
}
complete -F _helios helios
`;
}

export function zshScript(): string {
  return `#compdef helios
# Load it with: source <(helios completion zsh), or save it as _helios in a folder of $fpath.
_helios() {
  local -a lines values descriptions
  lines=("\${(@f)$(helios __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  local line
  for line in $lines; do
    [[ -n $line ]] || continue
    values+=("\${line%%$'\\t'*}")
    descriptions+=("\${line//$'\\t'/  -- }")
  done
  if (( \${#values} )); then compadd -l -d descriptions -a values; else _files; fi
}
if [ "$funcstack[1]" = "_helios" ]; then _helios "$@"; else compdef _helios helios; fi
`;
}

export function fishScript(): string {
  return `# Load it with: helios completion fish | source
function __helios_complete
  set -l before (commandline -opc)
  helios __complete -- $before[2..-1] (commandline -ct) 2>/dev/null
end
complete -c helios -f -a '(__helios_complete)'
`;
}
