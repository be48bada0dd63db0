/**
 * The colours of picture.svg, as its style sheet. The background of a README is unknown, so the
 * picture has its own, light or dark by the reader's settings.
 */

/** Light and dark, by what they are for, as in report.html; `x-ink` is text on `x`. */
const COLORS = {
  card: ['#ffffff', '#1c1b21'],
  ink: ['#1b1a21', '#eceaf2'],
  muted: ['#5a5866', '#aaa7b8'],
  line: ['#dddce5', '#35333e'],
  edge: ['#1b1a21', '#f4f2fb'],
  pass: ['#e0f3e5', '#15371f'],
  'pass-ink': ['#14532d', '#a5e6b8'],
  fail: ['#fbdfdb', '#4d1c18'],
  'fail-ink': ['#8a1c12', '#ffb9af'],
  none: ['#f1f0f5', '#26252c'],
  'none-ink': ['#47454f', '#cfccda'],
  stripe: ['#dedce6', '#35333e'],
  mark: ['#b3261e', '#ffb4ab'],
} as const;

/** The rules for each colour, without variables, because not every SVG renderer supports them. */
function rules(theme: 0 | 1): string {
  const color = (name: keyof typeof COLORS) => COLORS[name][theme];
  return [
    `.card{fill:${color('card')};stroke:${color('line')}}`,
    `text{fill:${color('ink')}}`,
    `.muted{fill:${color('muted')}}`,
    `.line{stroke:${color('line')}}`,
    `.edge{stroke:${color('edge')}}`,
    `.pass{fill:${color('pass')}}`,
    `.fail{fill:${color('fail')}}`,
    `.none{fill:${color('none')}}`,
    `.stripe{stroke:${color('stripe')}}`,
    `.mark{stroke:${color('mark')}}`,
    `.on-pass{fill:${color('pass-ink')}}`,
    `.on-fail{fill:${color('fail-ink')}}`,
    `.on-none{fill:${color('none-ink')}}`,
  ].join('');
}

/** The picture's style sheet. */
export function pictureStyle(): string {
  return (
    'text{font-family:system-ui,"Segoe UI",Roboto,"Noto Sans","Liberation Sans","DejaVu Sans",sans-serif;font-size:13px}' +
    '.bold{font-weight:600}.title{font-size:16px;font-weight:600}.small{font-size:11.5px}' +
    '.edge{stroke-width:3.5}.dashed{stroke-dasharray:7 5}.mark{fill:none;stroke-width:2}' +
    `${rules(0)}@media(prefers-color-scheme:dark){${rules(1)}}`
  );
}
