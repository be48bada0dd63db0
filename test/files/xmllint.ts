/** libxml2's own program, which shares no code with what wrote the XML. */
import { spawnSync } from 'node:child_process';
import { XMLLINT_PACKAGE } from '../../scripts/test-packages.ts';

/**
 * The errors of xmllint; empty if the text is well-formed, and valid if a schema is given.
 *
 * @param schema path of an XML Schema
 * @throws if xmllint cannot be run, because unchecked text must not count as correct
 */
export function complaintsAbout(xml: string, schema?: string): string {
  const { program } = XMLLINT_PACKAGE;
  const { status, stderr, error } = spawnSync(
    program,
    // Nothing that a document names is fetched. A large report is one large document.
    ['--noout', '--nonet', '--huge', ...(schema === undefined ? [] : ['--schema', schema]), '-'],
    { input: xml, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (error) throw new Error(`${program}: ${error.message}; make test-packages installs it`);
  return status === 0 ? '' : `${program} ended with ${String(status)}: ${stderr}`;
}
