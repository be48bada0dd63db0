/** Completion scripts for shells, from the declarations of the commands. Pure. */
import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';

type Commands = readonly CommandUnknownOpts[];

/** The shells that there are scripts for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** A script that a shell sources, such as by `source <(matrix completion bash)`. */
export function completionScript(
  shell: (typeof SHELLS)[number],
  program: CommandUnknownOpts,
): string {
  return { bash, zsh, fish }[shell](program.commands);
}

function optionsOf(command: CommandUnknownOpts): readonly (Option & { readonly long: string })[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap((option) =>
      option.long === undefined ? [] : Object.assign(option, { long: option.long }),
    );
}

/** The values of an argument that accepts only a few words. */
function wordsOf(command: CommandUnknownOpts): string {
  return command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []).join(' ');
}

function bash(commands: Commands): string {
  const names = commands.map((command) => command.name());
  const cases = commands.flatMap((command) => [
    ...optionsOf(command)
      .filter(({ required }) => required)
      .map(
        ({ long, argChoices }) =>
          `    '${command.name()} ${long}') words='${(argChoices ?? []).join(' ')}' ;;`,
      ),
    `    '${command.name()} '*) words='${[...optionsOf(command).map(({ long }) => long), wordsOf(command)].join(' ').trim()}' ;;`,
  ]);
  return `_matrix() {
  local words='${names.join(' ')}'
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD-1]}" in
${cases.join('\n')}
    *) words='' ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _matrix matrix
`;
}

/** zsh runs scripts for bash. */
function zsh(commands: Commands): string {
  return `(( $+functions[compdef] )) || { autoload -U compinit && compinit; }
autoload -U bashcompinit && bashcompinit
${bash(commands)}`;
}

function fish(commands: Commands): string {
  const quoted = (words: string) => `'${words.replaceAll(/['\\]/g, '\\$&')}'`;
  const lines = commands.flatMap((command) => {
    const after = `complete -c matrix -n '__fish_seen_subcommand_from ${command.name()}'`;
    const words = wordsOf(command);
    return [
      `complete -c matrix -n __fish_use_subcommand -f -a ${command.name()} -d ${quoted(command.summary())}`,
      ...(words === '' ? [] : [`${after} -f -a ${quoted(words)}`]),
      ...optionsOf(command).map(({ long, required, argChoices, description }) => {
        const value = !required
          ? ''
          : argChoices
            ? ` -x -a ${quoted(argChoices.join(' '))}`
            : ' -r';
        return `${after} -l ${long.slice(2)}${value} -d ${quoted(description)}`;
      }),
    ];
  });
  return `${lines.join('\n')}\n`;
}
