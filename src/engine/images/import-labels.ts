/** Labels of an imported image, in the only form in which the engine takes them. */

/**
 * The instructions that give an imported image its labels. The engine reads them as lines of a
 * Dockerfile: in double quotes a backslash protects a quote, a backslash and the dollar sign of a
 * variable. Podman 4.3 keeps those backslashes: callers check the labels afterwards.
 *
 * @throws RangeError for a label with a line break or another control character, which no
 *   Dockerfile can express
 */
export function labelInstructions(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([key, value]) => `LABEL ${quote(key)}=${quote(value)}`);
}

function quote(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is refused
  if (/[\u0000-\u001f\u007f]/.test(text)) {
    throw new RangeError(`The label ${JSON.stringify(text)} has a control character.`);
  }
  return `"${text.replace(/["\\$]/g, '\\$&')}"`;
}
