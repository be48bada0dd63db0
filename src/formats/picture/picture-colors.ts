/**
 * The colours of picture.svg, as its style sheet. A picture in a README stands on a ground that it does
 * not know, so it brings its own, light or dark as the reader's machine asks for.
 */

/** Colours of a theme by what they are for; `x-ink` is text on `x`. */
export type PictureTheme = Readonly<
  Record<
    | 'card'
    | 'ink'
    | 'muted'
    | 'line'
    | 'edge'
    | 'pass'
    | 'pass-ink'
    | 'fail'
    | 'fail-ink'
    | 'none'
    | 'none-ink'
    | 'stripe'
    | 'mark',
    string
  >
>;

/** As in report.html. */
export const PICTURE_THEMES: Readonly<Record<'light' | 'dark', PictureTheme>> = {
  light: {
    card: '#ffffff',
    ink: '#1b1a21',
    muted: '#5a5866',
    line: '#dddce5',
    edge: '#1b1a21',
    pass: '#e0f3e5',
    'pass-ink': '#14532d',
    fail: '#fbdfdb',
    'fail-ink': '#8a1c12',
    none: '#f1f0f5',
    'none-ink': '#47454f',
    stripe: '#dedce6',
    mark: '#b3261e',
  },
  dark: {
    card: '#1c1b21',
    ink: '#eceaf2',
    muted: '#aaa7b8',
    line: '#35333e',
    edge: '#f4f2fb',
    pass: '#15371f',
    'pass-ink': '#a5e6b8',
    fail: '#4d1c18',
    'fail-ink': '#ffb9af',
    none: '#26252c',
    'none-ink': '#cfccda',
    stripe: '#35333e',
    mark: '#ffb4ab',
  },
};

/** What is drawn in each colour. Plain rules: not every program that draws SVG knows variables. */
function rules(theme: PictureTheme): string {
  return [
    `.card{fill:${theme.card};stroke:${theme.line}}`,
    `text{fill:${theme.ink}}`,
    `.muted{fill:${theme.muted}}`,
    `.line{stroke:${theme.line}}`,
    `.edge{stroke:${theme.edge}}`,
    `.pass{fill:${theme.pass}}`,
    `.fail{fill:${theme.fail}}`,
    `.none{fill:${theme.none}}`,
    `.stripe{stroke:${theme.stripe}}`,
    `.mark{stroke:${theme.mark}}`,
    `.on-pass{fill:${theme['pass-ink']}}`,
    `.on-fail{fill:${theme['fail-ink']}}`,
    `.on-none{fill:${theme['none-ink']}}`,
  ].join('');
}

/** The picture's style sheet. */
export function pictureStyle(): string {
  return (
    'text{font-family:system-ui,"Segoe UI",Roboto,"Noto Sans","Liberation Sans","DejaVu Sans",sans-serif;font-size:13px}' +
    '.bold{font-weight:600}.title{font-size:16px;font-weight:600}.small{font-size:11.5px}' +
    '.edge{stroke-width:3.5}.dashed{stroke-dasharray:7 5}.mark{fill:none;stroke-width:2}' +
    `${rules(PICTURE_THEMES.light)}@media(prefers-color-scheme:dark){${rules(PICTURE_THEMES.dark)}}`
  );
}
