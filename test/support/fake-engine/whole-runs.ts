/**
 * The behaviour of the fake engine's containers in whole runs of the program: probes, trials,
 * traces.
 */
import { FACTS } from '../scripted-engine.ts';
import type { CreateBody, Script } from './fake-containers.ts';

/**
 * A probe that finds a Debian 12, and trials that fail where a variable is added, and only there.
 *
 * @param facts other findings of the probe
 * @param reproduces whether the trials fail at all
 */
export function wholeRuns(
  { Entrypoint = [], Cmd = [] }: CreateBody,
  {
    facts = {},
    reproduces = true,
  }: { readonly facts?: object; readonly reproduces?: boolean } = {},
): Script {
  const command = [...Entrypoint, ...Cmd];
  if (command[1] === '-c')
    return printed(
      JSON.stringify({
        facts: { ...FACTS, ...facts },
        executable: '/usr/bin/python3',
        untraceable: null,
      }),
    );
  if (command[0] === './run.sh') {
    return {
      ...printed('[pid 7] execve("/bin/sh", ["sh"], 0x1) = -1 EFAULT (Bad address)\n'),
      status: 1,
    };
  }
  const argument = (name: string) => command[command.indexOf(name) + 1] ?? '';
  const [mutation, launcher] = [argument('--mutation'), argument('--launcher')];
  const calls = Number(argument('--calls'));
  const failures = reproduces && mutation === 'add' ? Math.ceil(calls / 10) : 0;
  const lines = [
    {
      type: 'start',
      contract: 1,
      python: '3.11.2',
      implementation: 'CPython',
      mutation,
      launcher,
      threads: 8,
      cpus: 2,
    },
    ...(failures > 0
      ? [{ type: 'failure', call: 1, symptom: 'spawn-error', status: 32512, seconds: 0.01 }]
      : []),
    {
      type: 'summary',
      calls,
      exposed: calls,
      mutations: 1000,
      seconds: 0.7,
      failures: failures > 0 ? { 'spawn-error': failures } : {},
      firstFailureSeconds: failures > 0 ? 0.01 : null,
    },
  ];
  return printed(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function printed(text: string): Script {
  return { output: [{ stream: 1, text }] };
}
