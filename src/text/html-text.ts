/** Text for HTML. Pure. */

/** Text between tags and in quoted attributes. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** An id, which may break after its slashes. */
export function breakableId(id: string): string {
  return escaped(id).replaceAll('/', '/<wbr>');
}
