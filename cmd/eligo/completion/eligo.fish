# fish completion for eligo: eligo completion fish > ~/.config/fish/completions/eligo.fish
function __eligo_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    string match -q -- '-*' $current; and set -a typed $current
    set -l offered (command $typed --generate-bash-completion 2>/dev/null)
    if test (count $offered) -gt 0
        printf '%s\n' $offered
    else
        __fish_complete_path $current
    end
end
complete -c eligo -f -a '(__eligo_complete)'
