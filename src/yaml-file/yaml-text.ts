/**
 * The text of a file to the value that it stands for, and back to where each part of it is written.
 * Pure. reproduction.yaml may be a stranger's: hence the limits.
 */
import type { CST, Document, ErrorCode, Node, YAMLError } from 'yaml';
import { Composer, isAlias, isMap, isNode, isScalar, isSeq, Lexer, Parser, visit } from 'yaml';
import type { Complaint, Path } from './complaint.ts';
import { positionOf, type Problem, type TextRange } from './diagnostic.ts';
import { quoted } from '../text/names.ts';
import { failed, ok, type Result } from '../result.ts';

/** Signs, words and line breaks together: a hundred times those of an ordinary file. */
const MOST_LEXEMES = 200_000;

/** An ordinary file is six levels deep. The library recurses, and its process dies of too deep a file. */
const DEEPEST = 50;

/** Lists that are used again by `*name`; each may be long, so few of them are a large file already. */
const MOST_ALIASES = 100;

/** A mistake in the text itself, with its place. */
interface TextProblem extends Problem {
  readonly range: TextRange;
}

export interface YamlText {
  /** Mappings, lists, texts, numbers, booleans and null. */
  readonly value: unknown;
  /** Where a part is written; of a part that is not there, where the nearest one around it is. */
  readonly rangeOf: (path: Path, part: Complaint['part']) => TextRange;
}

/**
 * Reads YAML 1.2. These are problems: warnings of the library, duplicate keys, aliases of nothing
 * or of themselves, and files that are too deep or too large to be read safely.
 *
 * @returns every problem of the text, in no order; the value only where there is none. Where the text is
 *   not YAML at all, that place alone: what is read behind it is guesswork, and so are its problems
 */
export function readYaml(text: string): Result<YamlText, readonly TextProblem[]> {
  const tokens = tokenise(text);
  if (!tokens.ok) return tokens;
  // Its own check of keys compares each with every other one.
  const options = { prettyErrors: false, stringKeys: true, uniqueKeys: false };
  // One after the other: a file of nothing but `---` would be a hundred thousand documents.
  const documents = new Composer(options).compose(tokens.value, true, text.length);
  const document = documents.next().value;
  const second = documents.next().value;
  if (!document) throw new Error('the composer gave no document although it was forced to');
  const [broken] = document.errors
    .filter(({ code }) => !READ_ALL_THE_SAME.has(code))
    .sort((a, b) => a.pos[0] - b.pos[0]);
  if (broken) return failed([problemOf(broken)]);
  const problems = [...document.errors, ...document.warnings].map(problemOf);
  if (second) {
    const [start] = second.range;
    problems.push({ message: 'a second document begins here', range: { start, end: start } });
  }
  const version = document.directives.yaml;
  if (version.explicit && version.version !== '1.2') {
    problems.push({
      message: `this file is read as YAML 1.2, not ${quoted(version.version)}`,
      hint: 'Remove the %YAML line.',
      range: { start: 0, end: 0 },
    });
  }
  problems.push(...problemsOfNodes(document, text));
  if (problems.length > 0) return failed(problems);
  try {
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return ok({ value, rangeOf: (path, part) => rangeAt(document, path, part) });
  } catch (error) {
    // The only error that remains after the checks: nested aliases.
    if (!(error instanceof ReferenceError)) throw error;
    const message = 'aliases (`*name`) of aliases make this file much larger than it looks';
    return failed([
      { message, hint: 'Write the lists out.', range: rangeOfNode(document.contents) },
    ]);
  }
}

/** Errors of the library after which the rest of the text is read as it was meant. */
const READ_ALL_THE_SAME: ReadonlySet<ErrorCode> = new Set([
  'BAD_ALIAS',
  'DUPLICATE_KEY',
  'NON_STRING_KEY',
  'TAG_RESOLVE_FAILED',
]);

function problemOf({ code, message, pos: [start, end] }: YAMLError): TextProblem {
  return {
    message: code === 'NON_STRING_KEY' ? 'a key must be text' : message.replace(/\.$/, ''),
    range: { start, end },
  };
}

/** The library's syntax tree, made without recursion, and refused before anything recurses over it. */
function tokenise(text: string): Result<readonly CST.Token[], readonly TextProblem[]> {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > MOST_LEXEMES) {
      return failed([{ message: 'this file has too many entries', range: rangeOfNode(null) }]);
    }
    tokens.push(...parser.next(lexeme));
  }
  tokens.push(...parser.end());
  const deep = tokens.map((token) => tooDeep(token)).find((found) => found !== undefined);
  if (!deep) return ok(tokens);
  const range = { start: deep.offset, end: deep.offset + 1 };
  return failed([{ message: `this is more than ${DEEPEST} levels deep`, range }]);
}

/** A token below the deepest level; undefined if there is none. */
function tooDeep(token: CST.Token | null | undefined, depth = 0): CST.Token | undefined {
  if (!token || depth > DEEPEST) return token ?? undefined;
  if (token.type === 'document') return tooDeep(token.value, depth + 1);
  for (const { key, value } of 'items' in token ? token.items : []) {
    const deep = tooDeep(key, depth + 1) ?? tooDeep(value, depth + 1);
    if (deep) return deep;
  }
  return undefined;
}

/** Checks that the library does not make, in one pass over the nodes in the order of the text. */
function problemsOfNodes(document: Document.Parsed, text: string): readonly TextProblem[] {
  const problems: TextProblem[] = [];
  const complain = (node: Node, message: string, hint?: string) =>
    problems.push({ message, hint, range: rangeOfNode(node) });
  const anchors = new Map<string, Node>();
  visit(document, {
    Node: (_, node, ancestors) => {
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node);
        return;
      }
      const target = anchors.get(node.source);
      if (!target) {
        complain(node, `there is no \`&${node.source}\` before this \`*${node.source}\``);
      } else if (ancestors.includes(target)) {
        complain(node, `\`*${node.source}\` contains itself`);
      }
    },
    Map: (_, map) => {
      const seen = new Map<string, Node>();
      for (const { key } of map.items) {
        const name = keyText(key);
        if (name === null || !isNode(key)) continue;
        const first = seen.get(name);
        if (first) {
          const { line } = positionOf(text, rangeOfNode(first).start);
          complain(
            key,
            `the key ${quoted(name)} exists twice`,
            `The first one is on line ${line}.`,
          );
        } else {
          seen.set(name, key);
        }
        if (name === '__proto__') complain(key, `unknown key ${quoted(name)}`);
        if (name === '<<') {
          complain(
            key,
            '`<<` does not merge mappings in YAML 1.2',
            'Write the keys out. In matrix.yaml, a group can have `extends: default`.',
          );
        }
      }
    },
  });
  return problems;
}

function keyText(key: unknown): string | null {
  return isScalar(key) ? String(key.value) : null;
}

function rangeAt(document: Document.Parsed, path: Path, part: Complaint['part']): TextRange {
  let [key, value]: [unknown, unknown] = [null, document.contents];
  for (const step of path) {
    const at = isAlias(value) ? value.resolve(document) : value;
    if (isSeq(at)) {
      const item: unknown = at.items[Number(step)];
      if (item === undefined) break;
      [key, value] = [null, item];
    } else if (isMap(at)) {
      const pair = at.items.find((item) => keyText(item.key) === String(step));
      if (!pair) break;
      [key, value] = [pair.key, pair.value];
    } else {
      // One thing where a list may be: its first entry is the thing itself.
      break;
    }
  }
  const nodes = part === 'key' ? [key, value] : [value, key];
  const node = nodes.filter(isNode).find((candidate) => !isEmptyNode(candidate));
  return rangeOfNode(node ?? document.contents);
}

/** A key without a value has an empty node on the next line. */
function isEmptyNode(node: Node): boolean {
  return node.range ? node.range[0] === node.range[1] : true;
}

function rangeOfNode(node: Node | null): TextRange {
  const [start, end] = node?.range ?? [0, 0];
  return { start, end };
}
