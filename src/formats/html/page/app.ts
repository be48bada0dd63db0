/**
 * The page at work: it reads the data, keeps what the reader has chosen in the address, and draws.
 * Everything that decides is in the other files; this one only touches the document.
 */
import { escaped } from '../../../text/html-text.ts';
import { quantityIs } from '../../../text/quantity.ts';
import { choicesOf, choose, isGrouped, rowsOf } from './choice.ts';
import { detailsHtml } from './details.ts';
import { foldedHeadHtml, headHtml, rowHtml, tableOf } from './markup.ts';
import { factOf, type PageData } from './page-data.ts';
import { MOST_PLOTTED, plotHtml } from './plot.ts';
import type { FilterName, State } from './state.ts';
import { FILTERS, FOLDS, hashFromState, initialState, stateFromHash } from './state.ts';

/** Tables with more cells than this draw only the rows in view. */
const MOST_DRAWN = 6000;
/**
 * And what is chosen of such a table does so above this: about as many cells as are drawn of it anyway.
 * Its columns have the same width before and after, and drawing thousands of cells takes a third of a second.
 */
const MOST_DRAWN_OF_LARGE = 1500;
/** Rows drawn beyond the view on each side. */
const MARGIN = 5;
/** Columns that fit a sheet of paper. */
const PRINTED_COLUMNS = 8;

/** @throws where the page has no such element, since the program that wrote it is then another one */
function byId<Kind extends Element>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} ${id}`);
  return found;
}

/** The nearest element of that kind around the clicked or changed one, if there is one. */
function closest(event: Event, selector: string): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
}

const all = (selector: string, root: ParentNode = document) =>
  root.querySelectorAll<HTMLElement>(selector);
const data = JSON.parse(byId('data', HTMLScriptElement).text) as PageData;
const scroller = byId('scroller', HTMLDivElement);
const table = byId('table', HTMLTableElement);
const dialog = byId('details', HTMLDialogElement);
const plot = byId('plot', HTMLDivElement);
const search = byId('search', HTMLInputElement);
const reset = byId('reset', HTMLButtonElement);
const plotChoice = byId('plot-scenario', HTMLSelectElement);
const themeButton = byId('theme', HTMLButtonElement);
const printed = byId('printed', HTMLDivElement);
const foldButtons = document.querySelectorAll<HTMLButtonElement>('#fold button');
const head = table.createTHead();
const body = table.tBodies[0] ?? table.createTBody();

let state = stateFromHash(location.hash);
let view = choose(data, state);
let shown = tableOf(data, view.rows, state.order);
/** The cell that the keyboard is at: places in view.rows and stops(). */
let cursor = { place: 0, at: 0 };
/** The places in view.rows that are drawn, from the first to before the last. */
let drawn: DrawnRows = [0, 0];
let rowHeight = 56;
/** Set while the plot is out of view and outdated. */
let isPlotStale = false;
let isPlotInView = false;
let plotWidth = 900;

type DrawnRows = readonly [from: number, to: number];

const mostDrawn = data.rows * data.columns.length > MOST_DRAWN ? MOST_DRAWN_OF_LARGE : MOST_DRAWN;
/** The columns of which a row has a button: the first of each group where they are put together. */
const stops = () => view.folded?.groups.map(({ columns: [first = -1] }) => first) ?? view.columns;
const isWindowed = () => view.rows.length * stops().length > mostDrawn;

function update(change: Partial<State>): void {
  state = { ...state, ...change };
  rememberState();
  if ('plot' in change && Object.keys(change).length === 1) {
    drawPlot();
    return;
  }
  scroller.scrollTop = 0;
  draw();
}

/** A link contains the current view; intermediate views are not worth steps of the back button. */
function rememberState(): void {
  history.replaceState(null, '', hashFromState(state) || location.pathname + location.search);
}

function draw(): void {
  view = choose(data, state);
  shown = tableOf(data, view.rows, state.order);
  cursor = cursorNear(cursor.place, cursor.at);
  // Read before anything is written: asking for it afterwards would make the browser lay out twice.
  const range = visibleRange();
  head.innerHTML = view.folded ? foldedHeadHtml(data, view.folded) : headHtml(data, view.columns);
  table.classList.toggle('windowed', isWindowed());
  table.classList.toggle('folded', view.folded !== undefined);
  // Columns of a fixed width do not jump while rows come and go.
  table.style.width = isWindowed() ? `${300 + 136 * stops().length}px` : '';
  table.setAttribute('aria-rowcount', String(view.rows.length + 1));
  drawRows(range);
  drawStatus();
  drawFilters();
  if (isPlotInView) drawPlot();
  else isPlotStale = true;
}

function drawRows(range: DrawnRows): void {
  drawn = range;
  const [from, to] = range;
  const hadFocus = body.contains(document.activeElement);
  const rows = view.rows
    .slice(from, to)
    .map((_, index) => rowHtml(shown, from + index, view.folded?.groups ?? view.columns));
  const spacer = (count: number) =>
    count > 0
      ? `<tr class="spacer" aria-hidden="true"><td colspan="${stops().length + 1}" data-rows="${count}"></td></tr>`
      : '';
  body.innerHTML = spacer(from) + rows.join('') + spacer(view.rows.length - to);
  for (const cell of all('.spacer td', body)) {
    cell.style.height = `${Number(cell.dataset['rows']) * rowHeight}px`;
  }
  for (const [index, row] of all('tr[data-row]', body).entries()) {
    row.setAttribute('aria-rowindex', String(from + index + 2));
  }
  stepBack();
  markCursor(hadFocus);
}

/** The row and the column of a cell's button in {@link data}. */
function cellOf(button: HTMLElement): readonly [row: number, column: number] {
  return [Number(button.closest('tr')?.dataset['row']), Number(button.dataset['column'])];
}

/** Cells that do not have a chosen verdict stay readable, but step back. */
function stepBack(): void {
  if (state.filters.verdict.length === 0) return;
  for (const button of all('button', body)) {
    const [row, column] = cellOf(button);
    const group = view.folded?.groups.find(({ columns }) => columns[0] === column);
    const own = group?.columns ?? [column];
    const isAside = !own.some((x) => view.matches(row * data.columns.length + x));
    button.parentElement?.classList.toggle('aside', isAside);
  }
}

/** Draws the rows that scrolling has brought near, unless they are drawn. */
function followScrolling(): void {
  const range = visibleRange();
  if (range[0] !== drawn[0] || range[1] !== drawn[1]) drawRows(range);
}

function visibleRange(): DrawnRows {
  if (!isWindowed()) return [0, view.rows.length];
  const first = Math.floor(scroller.scrollTop / rowHeight);
  const count = Math.ceil(scroller.clientHeight / rowHeight);
  // In steps, so that not every pixel of scrolling draws.
  const from = Math.max(0, Math.floor((first - MARGIN) / MARGIN) * MARGIN);
  return [from, Math.min(view.rows.length, from + count + 3 * MARGIN)];
}

function cursorButton(): HTMLElement | null {
  const row = `tr[data-row="${view.rows[cursor.place] ?? ''}"]`;
  return body.querySelector(`${row} button[data-column="${stops()[cursor.at] ?? ''}"]`);
}

/** Exactly one cell can be reached with the Tab key; the arrow keys continue from there. */
function markCursor(focus: boolean): void {
  body.querySelector('button[tabindex="0"]')?.setAttribute('tabindex', '-1');
  const button = cursorButton();
  button?.setAttribute('tabindex', '0');
  // Where the row is out of view, the scroller keeps the focus, so that the arrow keys still work.
  if (focus) (button ?? scroller).focus({ preventScroll: true });
}

/** A place in the table, or the nearest one that is. */
function cursorNear(place: number, at: number): typeof cursor {
  return {
    place: Math.max(0, Math.min(view.rows.length - 1, place)),
    at: Math.max(0, Math.min(stops().length - 1, at)),
  };
}

function moveTo(place: number, at: number): void {
  cursor = cursorNear(place, at);
  if (isWindowed() && (cursor.place < drawn[0] || cursor.place >= drawn[1])) {
    scroller.scrollTop = cursor.place * rowHeight - scroller.clientHeight / 2;
    followScrolling();
  }
  markCursor(true);
  keepInView(cursorButton());
}

/** As scrollIntoView, but not under the heads that stay in view. */
function keepInView(button: HTMLElement | null): void {
  if (!button) return;
  const cell = button.getBoundingClientRect();
  const box = scroller.getBoundingClientRect();
  const top = box.top + head.offsetHeight;
  const left = box.left + (head.rows[0]?.cells[0]?.offsetWidth ?? 0);
  if (cell.top < top) scroller.scrollTop -= top - cell.top;
  else if (cell.bottom > box.bottom) scroller.scrollTop += cell.bottom - box.bottom;
  if (cell.left < left) scroller.scrollLeft -= left - cell.left;
  else if (cell.right > box.right) scroller.scrollLeft += cell.right - box.right;
  button.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function onKey(event: KeyboardEvent): void {
  const { place, at } = cursor;
  const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 2);
  const far = event.ctrlKey || event.metaKey;
  const targets: Readonly<Record<string, readonly [place: number, at: number]>> = {
    ArrowUp: [place - 1, at],
    ArrowDown: [place + 1, at],
    ArrowLeft: [place, at - 1],
    ArrowRight: [place, at + 1],
    PageUp: [place - page, at],
    PageDown: [place + page, at],
    Home: [far ? 0 : place, 0],
    End: [far ? view.rows.length - 1 : place, stops().length - 1],
  };
  const target = targets[event.key];
  if (!target || event.altKey) return;
  event.preventDefault();
  moveTo(...target);
}

function onChoose(event: Event): void {
  const button = closest(event, 'button[data-column]');
  if (!button) return;
  const [row, column] = cellOf(button);
  cursor = { place: view.rows.indexOf(row), at: stops().indexOf(column) };
  const name = button.dataset['open'];
  if (name !== undefined) {
    unfold(name);
    moveTo(view.rows.indexOf(row), 0);
    return;
  }
  markCursor(false);
  open(row, column);
}

/** Shows the columns of one group alone. */
function unfold(name: string): void {
  if (view.folded) update({ filters: { ...state.filters, [view.folded.by]: [name] } });
}

function open(row: number, column: number): void {
  byId('details-content', HTMLDivElement).innerHTML = detailsHtml(data, row, column);
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  const scenario = data.columns[column]?.id ?? '';
  state.open = { environment: factOf(data, row, 'id'), scenario };
  rememberState();
}

function onClose(): void {
  state.open = undefined;
  rememberState();
  markCursor(true);
}

/** Opens the cell that the address names, if there is one. */
function openFromState(): void {
  const wanted = state.open;
  if (!wanted) return;
  const row = rowsOf(data).findIndex((one) => factOf(data, one, 'id') === wanted.environment);
  const column = data.columns.findIndex(({ id }) => id === wanted.scenario);
  if (row < 0 || column < 0) return;
  const place = view.rows.indexOf(row);
  const at = view.folded
    ? view.folded.groups.findIndex(({ columns }) => columns.includes(column))
    : view.columns.indexOf(column);
  if (place >= 0 && at >= 0) moveTo(place, at);
  open(row, column);
}

async function onCopy(event: Event): Promise<void> {
  const button = closest(event, 'button.copy');
  const code = button?.parentElement?.querySelector('code');
  if (!button || !code) return;
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = 'Copied';
  } catch {
    // A page from a file may not write to the clipboard everywhere; a selection can always be copied.
    window.getSelection()?.selectAllChildren(code);
    button.textContent = 'Selected';
  }
}

/** The legend of a cell's marks when columns are combined. */
function marksText(): string {
  const { folded } = view;
  const widest = folded?.groups.reduce((a, b) => (b.columns.length > a.columns.length ? b : a));
  if (!folded || !widest) return '';
  const rest = folded.by === 'launcher' ? 'top' : 'name';
  return `; marks in order: ${widest.columns.map((x) => data.columns[x]?.[rest]).join(', ')}`;
}

function drawStatus(): void {
  const { rows, columns } = view;
  const count =
    rows.length === data.rows && columns.length === data.columns.length
      ? `${data.rows} environments, ${data.columns.length} scenarios`
      : `${rows.length} of ${data.rows} environments, ${columns.length} of ${data.columns.length} scenarios`;
  byId('status', HTMLParagraphElement).textContent = `${count}${marksText()}`;
  byId('nothing', HTMLParagraphElement).hidden = rows.length > 0 && columns.length > 0;
  scroller.hidden = rows.length === 0 || columns.length === 0;
}

const LABELS: Readonly<Record<FilterName, string>> = {
  python: 'Python',
  libc: 'C library',
  built: 'Built against',
  subprocess: 'subprocess uses',
  distro: 'Distribution',
  launcher: 'Launcher',
  mutation: 'Change',
  scenario: 'Scenario',
  verdict: 'Verdict',
};

function buildFilters(): void {
  const choices = choicesOf(data);
  byId('filters', HTMLDivElement).innerHTML = FILTERS.filter((name) => choices[name].length > 0)
    .map(
      (name) =>
        `<details class="filter" data-filter="${name}"><summary>${LABELS[name]}<span class="chosen"></span></summary>` +
        `<fieldset><legend class="quiet">${LABELS[name]}</legend>${choices[name]
          .map(
            (value) =>
              `<label><input type="checkbox" value="${escaped(value)}"> ${escaped(value)}</label>`,
          )
          .join('')}</fieldset></details>`,
    )
    .join('');
  plotChoice.innerHTML = data.columns
    .map(({ id }) => `<option value="${escaped(id)}">${escaped(id)}</option>`)
    .join('');
  for (const chip of all('.chip[data-verdict]')) {
    chip.innerHTML = `<button type="button">${chip.innerHTML}</button>`;
  }
}

/** The filter that an element is for. */
function filterOf(element: HTMLElement): FilterName {
  return FILTERS.find((name) => name === element.dataset['filter']) ?? 'verdict';
}

function drawFilters(): void {
  for (const filter of all('.filter')) {
    const chosen = state.filters[filterOf(filter)];
    const count = filter.querySelector('.chosen');
    if (count) {
      const [only = ''] = chosen;
      const text = chosen.length === 1 ? only : chosen.length;
      count.textContent = chosen.length === 0 ? '' : `: ${text}`;
    }
    filter.classList.toggle('active', chosen.length > 0);
    for (const box of filter.querySelectorAll('input')) box.checked = chosen.includes(box.value);
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>('#order button')) {
    button.setAttribute('aria-pressed', String(button.value === state.order));
  }
  for (const button of foldButtons) {
    const isShown = button.value === (view.folded?.by ?? 'none');
    button.setAttribute('aria-pressed', String(isShown));
  }
  for (const chip of all('.chip[data-verdict]')) {
    const pressed = state.filters.verdict.includes(chip.dataset['verdict'] ?? '');
    chip.firstElementChild?.setAttribute('aria-pressed', String(pressed));
  }
  if (search.value !== state.search) search.value = state.search;
  reset.hidden = hashFromState({ ...state, plot: '', open: undefined }) === '';
}

function toggle(name: FilterName, value: string): void {
  const chosen = state.filters[name];
  const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
  update({ filters: { ...state.filters, [name]: next } });
}

function drawPlot(): void {
  const wanted = data.columns.findIndex(({ id }) => id === state.plot);
  const column = wanted >= 0 ? wanted : Number(plot.dataset['column']);
  plotChoice.value = data.columns[column]?.id ?? '';
  plot.innerHTML = plotHtml(data, view.rows, column, Math.max(320, plotWidth));
  isPlotStale = false;
  const left = view.rows.length - MOST_PLOTTED;
  byId('plot-more', HTMLParagraphElement).textContent =
    left > 0
      ? `${quantityIs(left, 'more environment')} not shown. Use the filters above to choose.`
      : '';
}

function watchPlot(): void {
  new ResizeObserver(([entry]) => {
    // Drawing changes the height, which must not draw again.
    if (!entry || entry.contentRect.width === plotWidth) return;
    plotWidth = entry.contentRect.width;
    drawPlot();
  }).observe(plot);
  new IntersectionObserver(([entry]) => {
    isPlotInView = entry?.isIntersecting ?? false;
    if (isPlotInView && isPlotStale) drawPlot();
  }).observe(plot);
}

/** Paper does not scroll: all rows, and as many tables as their columns need. */
function drawForPrint(): void {
  if (isPlotStale) drawPlot();
  const parts: string[] = [];
  for (let x = 0; x < view.columns.length; x += PRINTED_COLUMNS) {
    const columns = view.columns.slice(x, x + PRINTED_COLUMNS);
    const rows = view.rows.map((_, place) => rowHtml(shown, place, columns));
    parts.push(
      `<table class="grid"><thead>${headHtml(data, columns)}</thead><tbody>${rows.join('')}</tbody></table>`,
    );
  }
  printed.innerHTML = parts.join('');
}

const THEMES = ['auto', 'light', 'dark'];

function setTheme(theme: string): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  themeButton.textContent = `Theme: ${theme}`;
  themeButton.value = theme;
}

function rememberTheme(theme: string): void {
  try {
    localStorage.setItem('theme', theme);
  } catch {
    // Where a page may store nothing, the choice lasts as long as the page.
  }
}

function recalledTheme(): string {
  try {
    const theme = localStorage.getItem('theme') ?? '';
    return THEMES.includes(theme) ? theme : 'auto';
  } catch {
    return 'auto';
  }
}

function start(): void {
  document.documentElement.classList.add('scripted');
  setTheme(recalledTheme());
  buildFilters();
  draw();
  const row = body.querySelector<HTMLElement>('tr[data-row]');
  if (isWindowed() && row) {
    rowHeight = row.offsetHeight;
    drawRows(visibleRange());
  }

  let waiting = false;
  scroller.addEventListener('scroll', () => {
    if (waiting || !isWindowed()) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      followScrolling();
    });
  });
  scroller.addEventListener('keydown', onKey);
  body.addEventListener('click', onChoose);
  head.addEventListener('click', (event) => {
    const name = closest(event, 'button[data-open]')?.dataset['open'];
    if (name !== undefined) unfold(name);
  });
  dialog.addEventListener('close', onClose);
  dialog.addEventListener('click', (event) => {
    // The dialog's own box is the backdrop; the visible content is in the element inside.
    if (event.target === dialog) dialog.close();
    void onCopy(event);
  });
  byId('details-close', HTMLButtonElement).addEventListener('click', () => {
    dialog.close();
  });
  byId('filters', HTMLDivElement).addEventListener('change', (event) => {
    const filter = closest(event, '.filter');
    if (filter && event.target instanceof HTMLInputElement) {
      toggle(filterOf(filter), event.target.value);
    }
  });
  document.addEventListener('click', (event) => {
    for (const filter of document.querySelectorAll<HTMLDetailsElement>('.filter[open]')) {
      if (filter !== closest(event, '.filter')) filter.open = false;
    }
  });
  document.addEventListener('keydown', (event) => {
    const filter = document.querySelector<HTMLDetailsElement>('.filter[open]');
    if (event.key !== 'Escape' || !filter) return;
    filter.open = false;
    filter.querySelector('summary')?.focus();
  });
  document.querySelector('.chips')?.addEventListener('click', (event) => {
    const verdict = closest(event, '.chip[data-verdict]')?.dataset['verdict'];
    if (verdict !== undefined) toggle('verdict', verdict);
  });
  search.addEventListener('input', () => {
    update({ search: search.value });
  });
  byId('order', HTMLDivElement).addEventListener('click', (event) => {
    if (event.target instanceof HTMLButtonElement) {
      update({ order: event.target.value === 'python' ? 'python' : 'libc' });
    }
  });
  byId('fold', HTMLDivElement).hidden = !isGrouped(data);
  for (const button of foldButtons) {
    button.addEventListener('click', () => {
      update({ fold: FOLDS.find((fold) => fold === button.value) ?? 'auto' });
    });
  }
  reset.addEventListener('click', () => {
    update({ ...initialState(), plot: state.plot });
    search.focus();
  });
  plotChoice.addEventListener('change', () => {
    update({ plot: plotChoice.value });
  });
  themeButton.addEventListener('click', () => {
    const next = THEMES[(THEMES.indexOf(themeButton.value) + 1) % THEMES.length] ?? 'auto';
    setTheme(next);
    rememberTheme(next);
  });
  window.addEventListener('hashchange', () => {
    state = stateFromHash(location.hash);
    draw();
    if (state.open) openFromState();
    else if (dialog.open) dialog.close();
  });
  window.addEventListener('beforeprint', drawForPrint);
  window.addEventListener('afterprint', () => {
    printed.replaceChildren();
  });
  watchPlot();
  openFromState();
}

start();
