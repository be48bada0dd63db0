/**
 * The page at work: it reads the data, keeps what the reader has chosen in the address, and draws.
 * Everything that decides is in the other files; this one only touches the document.
 */
/* global document, window, location, history, localStorage, navigator, requestAnimationFrame, IntersectionObserver, ResizeObserver */
import { choicesOf, choose } from './choice.js';
import { detailsHtml } from './details.js';
import { edgesOf, escaped, factOf, headHtml, rowHtml } from './markup.js';
import { MOST_PLOTTED, plotHtml } from './plot.js';
import { FILTERS, hashFromState, initialState, stateFromHash } from './state.js';

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
const PRINTED_COLUMNS = 9;

const byId = (id) => document.getElementById(id);
const data = JSON.parse(byId('data').textContent);
const [scroller, table, dialog, plot] = ['scroller', 'table', 'details', 'plot'].map(byId);
const [head, body] = [table.tHead, table.tBodies[0]];

let state = stateFromHash(location.hash);
let view = choose(data, state);
let edges = [];
/** The cell that the keyboard is at: places in view.rows and view.columns. */
let cursor = { place: 0, at: 0 };
/** The places in view.rows that are drawn, from the first to before the last. */
let drawn = [0, 0];
let rowHeight = 56;
/** Set while the plot is out of view and no longer shows what is chosen. */
let isPlotStale = false;
let isPlotInView = false;
let plotWidth = 900;

const mostDrawn = data.rows * data.columns.length > MOST_DRAWN ? MOST_DRAWN_OF_LARGE : MOST_DRAWN;
const isWindowed = () => view.rows.length * view.columns.length > mostDrawn;

function update(change) {
  state = { ...state, ...change };
  // A link holds what is shown; the reader's way there is not worth steps of the back button.
  history.replaceState(null, '', hashFromState(state) || location.pathname + location.search);
  if ('plot' in change && Object.keys(change).length === 1) {
    drawPlot();
    return;
  }
  scroller.scrollTop = 0;
  draw();
}

function draw() {
  view = choose(data, state);
  edges = edgesOf(data, view.rows, state.order);
  cursor = {
    place: Math.min(cursor.place, Math.max(0, view.rows.length - 1)),
    at: Math.min(cursor.at, Math.max(0, view.columns.length - 1)),
  };
  // Read before anything is written: asking for it afterwards would make the browser lay out twice.
  const range = visibleRange();
  head.innerHTML = headHtml(data, view.columns);
  table.classList.toggle('windowed', isWindowed());
  // Columns of a fixed width do not jump while rows come and go.
  table.style.width = isWindowed() ? `${300 + 136 * view.columns.length}px` : '';
  table.setAttribute('aria-rowcount', String(view.rows.length + 1));
  drawRows(range);
  drawStatus();
  drawFilters();
  if (isPlotInView) drawPlot();
  else isPlotStale = true;
}

function drawRows(range) {
  drawn = range;
  const hadFocus = body.contains(document.activeElement);
  const rows = view.rows.slice(...range).map((row, index) => {
    const place = range[0] + index;
    return rowHtml(data, row, view.columns, edges[place], view.rows[place - 1], state.order);
  });
  const spacer = (count) =>
    count > 0
      ? `<tr class="spacer" aria-hidden="true"><td colspan="${view.columns.length + 1}"></td></tr>`
      : '';
  const [before, after] = [range[0], view.rows.length - range[1]];
  body.innerHTML = spacer(before) + rows.join('') + spacer(after);
  const spacers = body.querySelectorAll('.spacer td');
  if (before > 0) spacers[0].style.height = `${before * rowHeight}px`;
  if (after > 0) spacers[spacers.length - 1].style.height = `${after * rowHeight}px`;
  body.querySelectorAll('tr[data-row]').forEach((tr, index) => {
    tr.setAttribute('aria-rowindex', String(range[0] + index + 2));
  });
  stepBack();
  markCursor(hadFocus);
}

/** Cells that do not have a chosen verdict stay readable, but step back. */
function stepBack() {
  if (state.filters.verdict.length === 0) return;
  for (const button of body.querySelectorAll('button')) {
    const row = Number(button.closest('tr').dataset.row);
    const cell = row * data.columns.length + Number(button.dataset.column);
    button.parentElement.classList.toggle('aside', !view.matches(cell));
  }
}

/** Draws the rows that scrolling has brought near, unless they are drawn. */
function followScrolling() {
  const range = visibleRange();
  if (range[0] !== drawn[0] || range[1] !== drawn[1]) drawRows(range);
}

function visibleRange() {
  if (!isWindowed()) return [0, view.rows.length];
  const first = Math.floor(scroller.scrollTop / rowHeight);
  const count = Math.ceil(scroller.clientHeight / rowHeight);
  // In steps, so that not every pixel of scrolling draws.
  const from = Math.max(0, Math.floor((first - MARGIN) / MARGIN) * MARGIN);
  return [from, Math.min(view.rows.length, from + count + 3 * MARGIN)];
}

function buttonAt({ place, at }) {
  const row = body.querySelector(`tr[data-row="${view.rows[place]}"]`);
  return row?.querySelector(`button[data-column="${view.columns[at]}"]`);
}

/** Exactly one cell can be reached with the Tab key; the arrow keys go on from there. */
function markCursor(focus) {
  body.querySelector('button[tabindex="0"]')?.setAttribute('tabindex', '-1');
  const button = buttonAt(cursor);
  button?.setAttribute('tabindex', '0');
  // Where the row is out of view, the scroller keeps the focus, so that the arrow keys still work.
  if (focus) (button ?? scroller).focus({ preventScroll: true });
}

function moveTo(place, at) {
  cursor = {
    place: Math.max(0, Math.min(view.rows.length - 1, place)),
    at: Math.max(0, Math.min(view.columns.length - 1, at)),
  };
  if (isWindowed() && (cursor.place < drawn[0] || cursor.place >= drawn[1])) {
    scroller.scrollTop = cursor.place * rowHeight - scroller.clientHeight / 2;
    followScrolling();
  }
  markCursor(true);
  keepInView(buttonAt(cursor));
}

/** As scrollIntoView, but not under the heads that stay in view. */
function keepInView(button) {
  if (!button) return;
  const cell = button.getBoundingClientRect();
  const box = scroller.getBoundingClientRect();
  const top = box.top + head.offsetHeight;
  const left = box.left + head.rows[0].cells[0].offsetWidth;
  if (cell.top < top) scroller.scrollTop -= top - cell.top;
  else if (cell.bottom > box.bottom) scroller.scrollTop += cell.bottom - box.bottom;
  if (cell.left < left) scroller.scrollLeft -= left - cell.left;
  else if (cell.right > box.right) scroller.scrollLeft += cell.right - box.right;
  button.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function onKey(event) {
  const { place, at } = cursor;
  const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 2);
  const all = event.ctrlKey || event.metaKey;
  const targets = {
    ArrowUp: [place - 1, at],
    ArrowDown: [place + 1, at],
    ArrowLeft: [place, at - 1],
    ArrowRight: [place, at + 1],
    PageUp: [place - page, at],
    PageDown: [place + page, at],
    Home: [all ? 0 : place, 0],
    End: [all ? view.rows.length - 1 : place, view.columns.length - 1],
  };
  const target = targets[event.key];
  if (!target || event.altKey) return;
  event.preventDefault();
  moveTo(...target);
}

function onChoose(event) {
  const button = event.target.closest('button[data-column]');
  if (!button) return;
  const row = Number(button.closest('tr').dataset.row);
  const column = Number(button.dataset.column);
  cursor = { place: view.rows.indexOf(row), at: view.columns.indexOf(column) };
  markCursor(false);
  open(row, column);
}

function open(row, column) {
  byId('details-content').innerHTML = detailsHtml(data, row, column);
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
  state.open = { environment: factOf(data, row, 'id'), scenario: data.columns[column].id };
  history.replaceState(null, '', hashFromState(state));
}

function onClose() {
  state.open = undefined;
  history.replaceState(null, '', hashFromState(state) || location.pathname + location.search);
  markCursor(true);
}

/** Opens the cell that the address names, if there is one. */
function openFromState() {
  if (!state.open) return;
  const ids = Array.from({ length: data.rows }, (_, row) => factOf(data, row, 'id'));
  const row = ids.indexOf(state.open.environment);
  const column = data.columns.findIndex(({ id }) => id === state.open.scenario);
  if (row < 0 || column < 0) return;
  const place = view.rows.indexOf(row);
  const at = view.columns.indexOf(column);
  if (place >= 0 && at >= 0) moveTo(place, at);
  open(row, column);
}

async function onCopy(event) {
  const button = event.target.closest('button.copy');
  if (!button) return;
  const code = button.parentElement.querySelector('code');
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = 'Copied';
  } catch {
    // A page from a file may not write to the clipboard everywhere; a selection can always be copied.
    window.getSelection().selectAllChildren(code);
    button.textContent = 'Selected';
  }
}

function drawStatus() {
  const { rows, columns } = view;
  byId('status').textContent =
    rows.length === data.rows && columns.length === data.columns.length
      ? `${data.rows} environments, ${data.columns.length} scenarios`
      : `${rows.length} of ${data.rows} environments, ${columns.length} of ${data.columns.length} scenarios`;
  byId('nothing').hidden = rows.length > 0 && columns.length > 0;
  scroller.hidden = rows.length === 0 || columns.length === 0;
}

const LABELS = {
  python: 'Python',
  libc: 'C library',
  distro: 'Distribution',
  scenario: 'Scenario',
  verdict: 'Verdict',
};

function buildFilters() {
  const choices = choicesOf(data);
  byId('filters').innerHTML = FILTERS.map(
    (name) =>
      `<details class="filter" data-filter="${name}"><summary>${LABELS[name]}<span class="chosen"></span></summary>` +
      `<fieldset><legend class="quiet">${LABELS[name]}</legend>${choices[name]
        .map(
          (value) =>
            `<label><input type="checkbox" value="${escaped(value)}"> ${escaped(value)}</label>`,
        )
        .join('')}</fieldset></details>`,
  ).join('');
  const select = byId('plot-scenario');
  select.innerHTML = data.columns
    .map(({ id }) => `<option value="${escaped(id)}">${escaped(id)}</option>`)
    .join('');
  for (const chip of document.querySelectorAll('.chip[data-verdict]')) {
    chip.innerHTML = `<button type="button">${chip.innerHTML}</button>`;
  }
}

function drawFilters() {
  for (const filter of document.querySelectorAll('.filter')) {
    const chosen = state.filters[filter.dataset.filter];
    filter.querySelector('.chosen').textContent =
      chosen.length === 0 ? '' : chosen.length === 1 ? `: ${chosen[0]}` : `: ${chosen.length}`;
    filter.classList.toggle('active', chosen.length > 0);
    for (const box of filter.querySelectorAll('input')) box.checked = chosen.includes(box.value);
  }
  for (const button of document.querySelectorAll('#order button')) {
    button.setAttribute('aria-pressed', String(button.value === state.order));
  }
  for (const chip of document.querySelectorAll('.chip[data-verdict]')) {
    const pressed = state.filters.verdict.includes(chip.dataset.verdict);
    chip.firstElementChild.setAttribute('aria-pressed', String(pressed));
  }
  const search = byId('search');
  if (search.value !== state.search) search.value = state.search;
  byId('reset').hidden = hashFromState({ ...state, plot: '', open: undefined }) === '';
}

function toggled(name, value) {
  const chosen = state.filters[name];
  const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
  return { filters: { ...state.filters, [name]: next } };
}

function drawPlot() {
  const wanted = data.columns.findIndex(({ id }) => id === state.plot);
  const column = wanted >= 0 ? wanted : Number(plot.dataset.column);
  byId('plot-scenario').value = data.columns[column].id;
  plot.innerHTML = plotHtml(data, view.rows, column, Math.max(320, plotWidth));
  isPlotStale = false;
  const left = view.rows.length - MOST_PLOTTED;
  byId('plot-more').textContent =
    left > 0 ? `${left} more environments are not drawn; the filters above choose which are.` : '';
}

function watchPlot() {
  new ResizeObserver(([{ contentRect }]) => {
    // Drawing changes the height, which must not draw again.
    if (contentRect.width === plotWidth) return;
    plotWidth = contentRect.width;
    drawPlot();
  }).observe(plot);
  new IntersectionObserver(([entry]) => {
    isPlotInView = entry.isIntersecting;
    if (isPlotInView && isPlotStale) drawPlot();
  }).observe(plot);
}

/** Paper does not scroll: all rows, and as many tables as their columns need. */
function drawForPrint() {
  if (isPlotStale) drawPlot();
  const parts = [];
  for (let x = 0; x < view.columns.length; x += PRINTED_COLUMNS) {
    const columns = view.columns.slice(x, x + PRINTED_COLUMNS);
    const rows = view.rows.map((row, place) =>
      rowHtml(data, row, columns, edges[place], view.rows[place - 1], state.order),
    );
    parts.push(
      `<table class="grid"><thead>${headHtml(data, columns)}</thead><tbody>${rows.join('')}</tbody></table>`,
    );
  }
  byId('printed').innerHTML = parts.join('');
}

const THEMES = ['auto', 'light', 'dark'];

function setTheme(theme) {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  byId('theme').textContent = `Theme: ${theme}`;
  byId('theme').value = theme;
}

function rememberTheme(theme) {
  try {
    localStorage.setItem('theme', theme);
  } catch {
    // Where a page may store nothing, the choice lasts as long as the page.
  }
}

function recalledTheme() {
  try {
    const theme = localStorage.getItem('theme');
    return THEMES.includes(theme) ? theme : 'auto';
  } catch {
    return 'auto';
  }
}

function start() {
  document.documentElement.classList.add('scripted');
  setTheme(recalledTheme());
  if (data.rows === 0 || data.columns.length === 0) return;
  buildFilters();
  draw();
  const row = body.querySelector('tr[data-row]');
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
  dialog.addEventListener('close', onClose);
  dialog.addEventListener('click', (event) => {
    // The dialog's own box is the backdrop; what is shown lies in the element inside.
    if (event.target === dialog) dialog.close();
    void onCopy(event);
  });
  byId('details-close').addEventListener('click', () => dialog.close());
  byId('filters').addEventListener('change', (event) => {
    update(toggled(event.target.closest('.filter').dataset.filter, event.target.value));
  });
  document.addEventListener('click', (event) => {
    for (const filter of document.querySelectorAll('.filter[open]')) {
      if (!filter.contains(event.target)) filter.open = false;
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    const filter = document.querySelector('.filter[open]');
    if (!filter) return;
    filter.open = false;
    filter.querySelector('summary').focus();
  });
  document.querySelector('.chips').addEventListener('click', (event) => {
    const chip = event.target.closest('.chip[data-verdict]');
    if (chip) update(toggled('verdict', chip.dataset.verdict));
  });
  byId('search').addEventListener('input', (event) => update({ search: event.target.value }));
  byId('order').addEventListener('click', (event) => {
    if (event.target.value) update({ order: event.target.value });
  });
  byId('reset').addEventListener('click', () => {
    update({ ...initialState(), plot: state.plot });
    byId('search').focus();
  });
  byId('plot-scenario').addEventListener('change', (event) => update({ plot: event.target.value }));
  byId('theme').addEventListener('click', (event) => {
    const next = THEMES[(THEMES.indexOf(event.target.value) + 1) % THEMES.length];
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
    byId('printed').replaceChildren();
  });
  watchPlot();
  openFromState();
}

start();
