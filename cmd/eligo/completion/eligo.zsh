#compdef eligo
# zsh completion for eligo: eligo completion zsh > "${fpath[1]}/_eligo"
_eligo() {
  local -a typed offered
  typed=("${(@)words[2,CURRENT-1]}")
  [[ ${words[CURRENT]} == -* ]] && typed+=("${words[CURRENT]}")
  offered=("${(@f)$("${words[1]}" "${typed[@]}" --generate-bash-completion 2>/dev/null)}")
  if [[ -n ${offered[1]} ]]; then
    compadd -- "${offered[@]}"
  else
    _files
  fi
}
if [[ ${funcstack[1]} == _eligo ]]; then
  _eligo "$@"
else
  compdef _eligo eligo
fi
