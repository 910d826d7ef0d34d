using System.CommandLine;
using System.Text;

namespace Kamaelia.Cli.Commands;

/// <summary><c>kamaelia completion</c>: a script that completes commands, options and component names.</summary>
/// <remarks>Made from the tree of commands, so that it never lags behind; component names are asked of the
/// tool.</remarks>
internal static class CompletionCommand
{
    public static Command Make(Command root)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Write a completion script for a shell.") { shell };
        command.SetAction(arguments =>
        {
            var commands = root.Subcommands.Where(item => !item.Hidden).ToList();
            Console.Out.Write(arguments.GetValue(shell) switch
            {
                "zsh" => Zsh(commands),
                "fish" => Fish(commands),
                _ => Bash(commands),
            });
            return ExitCodes.Done;
        });
        return command;
    }

    private static IEnumerable<Option> OptionsOf(Command command) => command.Options.Where(option => !option.Hidden);

    private static string WordsOf(Command command) =>
        string.Join(' ', OptionsOf(command).SelectMany(option => option.Aliases.Prepend(option.Name)).Append("--help"));

    private static string Bash(IReadOnlyList<Command> commands)
    {
        var text = new StringBuilder("""
            # kamaelia completion for bash: source it, or put it in /etc/bash_completion.d.
            _kamaelia() {
                local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=
                COMPREPLY=()
                if [ "$COMP_CWORD" -eq 1 ]; then

            """);
        text.Append($"        words='{string.Join(' ', commands.Select(command => command.Name))} --help --version'\n");
        text.Append("    else\n        case \"$before\" in\n");
        text.Append("            -f|--file|--plugin) mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); return ;;\n");
        text.Append("            --format) words='dot mermaid json' ;;\n");
        text.Append("            inspect) words=$(kamaelia inspect --names 2>/dev/null) ;;\n");
        text.Append("            completion) words='bash zsh fish' ;;\n");
        text.Append("        esac\n        case \"${COMP_WORDS[1]}\" in\n");
        foreach (var command in commands)
            text.Append($"            {command.Name}) words=\"$words {WordsOf(command)}\" ;;\n");
        text.Append("""
                    esac
                fi
                mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
                case "$word" in
                    -*) ;;
                    *)  [ "$COMP_CWORD" -gt 1 ] || return
                        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X '!*.kam' -- "$word") ;;
                esac
            }
            complete -o filenames -F _kamaelia kamaelia

            """);
        return text.ToString();
    }

    private static string Zsh(IReadOnlyList<Command> commands)
    {
        var text = new StringBuilder("#compdef kamaelia\n_kamaelia() {\n    local -a commands\n    commands=(\n");
        foreach (var command in commands)
            text.Append($"        '{command.Name}:{Quote(command.Description)}'\n");
        text.Append("    )\n    if (( CURRENT == 2 )); then\n        _describe command commands\n");
        text.Append("        return\n    fi\n");
        text.Append("    case $words[2] in\n");
        foreach (var command in commands)
        {
            text.Append($"        {command.Name})\n            _arguments \\\n");
            foreach (var option in OptionsOf(command))
            {
                string files = option.HelpName is "FILE" or "PATH" ? "_files" : "";
                string value = option.HelpName is { } name ? $":{name}:{files}" : "";
                text.Append($"                '{option.Name}[{Quote(option.Description)}]{value}' \\\n");
            }
            string rest = command.Name switch
            {
                "inspect" => "*:component:($(kamaelia inspect --names 2>/dev/null))",
                "completion" => "*:shell:(bash zsh fish)",
                _ => "*:graph:_files",
            };
            text.Append($"                '--help[Show help.]' \\\n                '{rest}'\n            ;;\n");
        }
        return text.Append("    esac\n}\n_kamaelia \"$@\"\n").ToString();
    }

    private static string Fish(IReadOnlyList<Command> commands)
    {
        var text = new StringBuilder("# kamaelia completion for fish.\n");
        foreach (var command in commands)
            text.Append($"complete -c kamaelia -n __fish_use_subcommand -f -a {command.Name} "
                + $"-d '{Quote(command.Description)}'\n");
        foreach (var command in commands)
        {
            foreach (var option in OptionsOf(command))
            {
                string value = option.HelpName is null ? "" : " -r";
                text.Append($"complete -c kamaelia -n '__fish_seen_subcommand_from {command.Name}' "
                    + $"-l {option.Name[2..]}{value} -d '{Quote(option.Description)}'\n");
            }
        }
        const string After = "complete -c kamaelia -n '__fish_seen_subcommand_from";
        text.Append($"{After} inspect' -f -a '(kamaelia inspect --names)'\n");
        text.Append($"{After} completion' -f -a 'bash zsh fish'\n");
        return text.ToString();
    }

    /// <summary>Descriptions stand in single quotes, in zsh inside brackets, and after a colon.</summary>
    private static string Quote(string? text) =>
        (text ?? "").Replace("'", "", StringComparison.Ordinal).Replace(':', ',').Replace('[', '(').Replace(']', ')');
}
