// SPDX-License-Identifier: Apache-2.0

package main

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/eligo-trials/eligo/cmd/internal/screening/document"
	"github.com/eligo-trials/eligo/cmd/internal/screening/output"
	"github.com/eligo-trials/eligo/patient"
)

// completionScripts call the program with the typed words and the flag
// --generate-bash-completion, and offer the words that it prints.
//
//go:embed completion/*
var completionScripts embed.FS

var shells = []string{"bash", "zsh", "fish"}

func (p *program) completionCommand() *cli.Command {
	return p.choiceCommand(&cli.Command{
		Name:  "completion",
		Usage: "print a script that completes commands and flags in a shell",
		Description: `Prints a completion script for bash, zsh or fish.

Examples:
  source <(eligo completion bash)
  eligo completion zsh > "${fpath[1]}/_eligo"
  eligo completion fish > ~/.config/fish/completions/eligo.fish`,
	}, "say for which shell", "shell", shells, func(shell string) ([]byte, error) {
		return completionScripts.ReadFile("completion/eligo." + shell)
	})
}

// choiceCommand completes a command that takes one of several words and prints the
// text for it.
func (p *program) choiceCommand(cmd *cli.Command, ask, noun string, choices []string, text func(choice string) ([]byte, error)) *cli.Command {
	cmd.ArgsUsage, cmd.BashComplete = strings.Join(choices, "|"), p.completeWords(choices...)
	cmd.Action = func(c *cli.Context) error {
		m := flagProblems{command: cmd.Name}
		switch all := strings.Join(choices, ", "); c.NArg() {
		case 0:
			m.addProblem("%s: %s", ask, all)
		case 1:
			m.checkChoice(cmd.Name, c.Args().First(), choices)
		default:
			m.addProblem("%s takes one %s: %s", cmd.Name, noun, all)
		}
		if err := m.asError(); err != nil {
			return err
		}
		data, err := text(c.Args().First())
		if err == nil {
			_, err = p.stdout.Write(data)
		}
		return err
	}
	return cmd
}

// typedWords gives the last typed word and the one before it. After a space the
// last word is "".
func (p *program) typedWords() (before, last string) {
	words := p.args[:len(p.args)-1] // the completion flag
	if len(words) < 2 {
		return "", ""
	}
	return words[len(words)-2], words[len(words)-1]
}

func (p *program) completeCommands(c *cli.Context) {
	if _, last := p.typedWords(); strings.HasPrefix(last, "-") {
		p.printWords("--help", "--version")
		return
	}
	p.printWords(commandNames(c.App.Commands)...)
}

func (p *program) completeWords(words ...string) cli.BashCompleteFunc {
	return func(*cli.Context) {
		if _, last := p.typedWords(); strings.HasPrefix(last, "-") {
			p.printWords("--help")
		} else if !slices.Contains(words, last) {
			p.printWords(words...)
		}
	}
}

// completeFlags prints the flags of a command after a dash, and the possible values
// after a flag. If it prints nothing the shell completes files.
func (p *program) completeFlags(cmd *cli.Command) cli.BashCompleteFunc {
	return func(*cli.Context) {
		before, last := p.typedWords()
		if values := completionValues(cmd.Name, last); values != nil {
			p.printWords(values...)
			return
		}
		if values := completionValues(cmd.Name, before); values != nil && !slices.Contains(values, last) {
			p.printWords(values...)
			return
		}
		if strings.HasPrefix(last, "-") && !slices.Contains(flagNames(cmd), last) {
			p.printWords(flagNames(cmd)...)
		}
	}
}

func completionValues(command, flag string) []string {
	switch flag {
	case "--format":
		switch command {
		case "vocab":
			return vocabFormats
		case "concepts", "show":
			return listFormats
		case "check":
			return checkFormats
		case "test":
			return testFormats
		}
		return output.FormatNames()
	case "--kind":
		return kindNames()
	case "--explain":
		return append(codeNames(), "all")
	case "--messages":
		return messageFormats
	case "--only":
		return verdictNames
	case "--complete":
		return document.DomainNames()
	case "--system":
		var pairs []string
		for _, s := range patient.KnownSystems() {
			pairs = append(pairs, "URL="+s)
		}
		return pairs
	}
	return nil
}

func (p *program) printWords(words ...string) {
	for _, w := range words {
		fmt.Fprintln(p.stdout, w)
	}
}
