// SPDX-License-Identifier: Apache-2.0

package main

import (
	"embed"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// helpPages holds a Markdown page for each topic of "eligo help TOPIC". The
// same pages are read on the web, so they link to each other.
//
//go:embed help/*.md
var helpPages embed.FS

func (p *program) helpCommand() *cli.Command {
	return &cli.Command{
		Name:      "help",
		Usage:     "explain a command or a topic",
		ArgsUsage: "[COMMAND|TOPIC]",
		Description: `Without an argument, lists the commands and the topics.

Example:
  eligo help screening`,
		BashComplete: func(c *cli.Context) {
			p.completeCommands(c)
			if _, last := p.typedWords(); !strings.HasPrefix(last, "-") {
				p.printWords(topicsThatAreNoCommand(c.App)...)
			}
		},
		Action: func(c *cli.Context) error {
			name := c.Args().First()
			command, page := c.App.Command(name), helpPage(name)
			switch {
			case c.NArg() == 0:
				return cli.ShowAppHelp(c)
			case c.NArg() > 1:
				return usageError{"help", []string{"help takes one command or topic"}}
			case command != nil:
				if page != "" {
					full := *command
					full.Description = plainHelp(page)
					c.App.Commands = []*cli.Command{&full}
				}
				return cli.ShowCommandHelp(c, name)
			case page != "":
				_, err := fmt.Fprintln(p.stdout, plainHelp(page))
				return err
			}
			return unknownCommand(c.App, name, topicsThatAreNoCommand(c.App)...)
		},
	}
}

func helpTopics() []string {
	entries, err := helpPages.ReadDir("help")
	if err != nil {
		panic(err) // the folder is embedded
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".md")
	}
	return names
}

func topicsThatAreNoCommand(app *cli.App) []string {
	return slices.DeleteFunc(helpTopics(), func(name string) bool { return app.Command(name) != nil })
}

// helpPage returns the Markdown page of a topic, or "" for an unknown topic.
func helpPage(topic string) string {
	page, err := helpPages.ReadFile("help/" + topic + ".md")
	if err != nil {
		return ""
	}
	return string(page)
}

func helpTopicList() string {
	var b strings.Builder
	b.WriteString("Topics (eligo help TOPIC):")
	for _, name := range helpTopics() {
		title, _, _ := strings.Cut(helpPage(name), "\n")
		fmt.Fprintf(&b, "\n  %-14s %s", name, strings.TrimPrefix(title, "# "))
	}
	return b.String()
}

// helpLead returns the description of a command: the first paragraph of the
// page of a topic and its examples, if they follow at once.
func helpLead(topic string) string {
	paragraphs := strings.Split(helpPage(topic), "\n\n") // the first is the title
	lead := paragraphs[1]
	if strings.HasPrefix(paragraphs[2], "Example") {
		lead += "\n\n" + paragraphs[2] + "\n\n" + paragraphs[3]
	}
	return plainHelp(lead) + "\n\nMore: eligo help " + topic
}

func helpExitCodes() string {
	paragraphs := strings.Split(helpPage("exit-codes"), "\n\n")
	return plainHelp(strings.Join(paragraphs[1:3], "\n\n"))
}

var (
	markdownLink = regexp.MustCompile(`\[([^\]]+)\]\(([^)]+)\)`)
	tableRule    = regexp.MustCompile(`^\|[-|]+\|$`)
)

// plainHelp turns a page into text for a terminal: code blocks are indented,
// links keep their text, web addresses stay, and a
// table row becomes its first cell with the others below it.
func plainHelp(markdown string) string {
	var lines []string
	inCode := false
	for line := range strings.SplitSeq(strings.TrimSpace(markdown), "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			inCode = !inCode
			continue
		case inCode:
			line = "  " + line
		case tableRule.MatchString(line):
			lines = lines[:len(lines)-1] // the names of the columns
			continue
		case strings.HasPrefix(line, "| "):
			cells := strings.Split(strings.Trim(plainMarkdownLine(line), "| "), " | ")
			line = strings.TrimRight("  "+cells[0]+"\n      "+strings.Join(cells[1:], "; "), " \n")
			line = strings.ReplaceAll(line, `\|`, "|")
		default:
			line = plainMarkdownLine(strings.TrimLeft(line, "#"))
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}

func plainMarkdownLine(line string) string {
	if strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "  ") {
		line = line[1:] // of a heading
	}
	line = strings.ReplaceAll(line, "**", "")
	return markdownLink.ReplaceAllStringFunc(line, func(link string) string {
		part := markdownLink.FindStringSubmatch(link)
		if strings.HasPrefix(part[2], "http") {
			return part[1] + " (" + part[2] + ")"
		}
		return part[1]
	})
}
