/** The first line of a script: which program it asks for, and what is wrong with it. Pure. */
import type { IntakeProblem } from './take-in.ts';

/** Bytes of a file by which text is told from a binary. */
const HEAD_BYTES = 512;

/** Whether a file is a program for the kernel, and not a text for an interpreter. */
export function isBinary(content: Buffer): boolean {
  return content.subarray(0, HEAD_BYTES).includes(0);
}

/** `bash` of `#!/bin/bash` and of `#!/usr/bin/env -S bash -e`; undefined where the line asks for none. */
export function shebangProgram(content: Buffer): string | undefined {
  const line = firstLine(content).trimEnd();
  if (!line.startsWith('#!')) return undefined;
  const [program = '', ...words] = line.slice(2).trim().split(/\s+/);
  const name = program.split('/').at(-1) ?? '';
  if (name !== 'env') return name === '' ? undefined : name;
  return words
    .find((word) => !word.startsWith('-') && !word.includes('='))
    ?.split('/')
    .at(-1);
}

/**
 * A script whose lines end with CR LF asks for a program whose name ends with a carriage return.
 *
 * @param name as messages show the file
 */
export function firstLineFault(name: string, content: Buffer): IntakeProblem | undefined {
  if (isBinary(content)) return undefined;
  const line = firstLine(content);
  if (!line.startsWith('#!') || !line.endsWith('\r')) return undefined;
  return {
    message: `${name}: line 1 ends with CR LF (a carriage return), so that it asks for a program named ${JSON.stringify(line.slice(2))}.`,
    hint: `Convert it first: sed -i 's/\\r$//' ${name}`,
  };
}

function firstLine(content: Buffer): string {
  const end = content.subarray(0, 4096).indexOf(0x0a);
  return content.subarray(0, end === -1 ? 4096 : end).toString('latin1');
}
