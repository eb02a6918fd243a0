'use strict';
// Texts reach the page as text alone, never as markup.
const data = JSON.parse(document.getElementById('data').textContent);
const $ = id => document.getElementById(id);
const storage = 'masthead desk ' + data.digest;
const LINE_KEYS = { share: 's', subscribe: 'u', caption: 'p', credit: 'c', byline: 'b', related: 'r', navigation: 'n', advertisement: 'a', legal: 'l', contact: 't', comments: 'm', other: 'o' };
// No key of a label is one of a line's kinds, so that it does the same wherever the focus is.
const LABEL_KEYS = '1234567890qweyidfghjkzxvQWERTYUIOPASDFGHJKLZXCVBNM';
const CONTENT = 'content';
// The line that was chosen; -1 before any was.
let chosen = -1;
for (const own of data.articles) {
  own.lines = own.lines.map(([start, end, kind]) => [own.text.slice(start, end), kind]);
}
let state = { coder: '', at: 0, answers: {} };
let keeps = true;
try { Object.assign(state, JSON.parse(localStorage.getItem(storage))); } catch { keeps = false; }

// Characters that turn the direction of writing are named, not obeyed.
const shown = text => text.replace(/[\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g,
  c => '[U+' + c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0') + ']');
const make = (tag, text, attributes) => {
  const element = document.createElement(tag);
  if (text !== undefined) element.textContent = shown(text);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  return element;
};
// A line of megabytes would stop the browser; its beginning says what it is.
const short = text => text.length > 4000 ? text.slice(0, 4000) + ` … ${text.length - 4000} more` : text;
const article = () => data.articles[state.at];

function fresh(at) {
  const own = data.articles[at];
  const labels = {};
  for (const { column } of data.questions) labels[column] = data.suggests ? own.suggested[column].slice() : [];
  const lines = data.suggests ? own.lines.map(([, kind]) => kind) : own.lines.map(() => '');
  return { labels, lines, done: false, saw: data.suggests };
}
const answer = () => state.answers[state.at] || (state.answers[state.at] = fresh(state.at));

function save() {
  try { localStorage.setItem(storage, JSON.stringify(state)); } catch { keeps = false; }
  $('kept').textContent = keeps ? 'Kept in this browser.' : 'This browser keeps nothing: export before you close it.';
  $('kept').classList.toggle('wrong', !keeps);
}

// What is changed after the model was heard is no blind answer.
function changed() {
  const own = answer();
  if (own.done) own.saw = true;
  save();
}

function setLabel(question, label, on) {
  const own = answer().labels;
  const rest = question.several ? own[question.column].filter(other => other !== label) : [];
  own[question.column] = on ? [...rest, label] : rest;
  changed();
}

function setLine(at, kind) {
  answer().lines[at] = kind;
  changed();
  const list = $('lines');
  list.children[at].replaceWith(lineOf(at));
  if (document.activeElement === document.body) list.children[at].focus();
  drawPalette();
}

function lineOf(at) {
  const kind = answer().lines[at];
  const item = make('li', undefined, { role: 'option', tabindex: at === Math.max(chosen, 0) ? '0' : '-1', 'aria-selected': at === chosen, class: kind && (kind === CONTENT ? 'content' : 'cut'), 'data-at': at });
  item.append(make('span', short(article().lines[at][0]), { dir: 'auto' }), make('b', kind || '–'));
  return item;
}

function drawLines() {
  $('lines').replaceChildren(...article().lines.map((_, at) => lineOf(at)));
  drawPalette();
}

function choose(at) {
  const last = chosen;
  chosen = at;
  for (const own of [last, at, 0]) {
    if (own >= 0) $('lines').children[own].replaceWith(lineOf(own));
  }
  $('lines').children[at].focus();
  drawPalette();
}

// What the chosen line may be: for fingers, and to see which key is what.
function drawPalette() {
  $('chosen').textContent = chosen < 0 ? 'Choose a line with ↑ ↓ or a tap to say what it is' : `Line ${chosen + 1} is`;
  for (const button of document.querySelectorAll('#palette button')) {
    button.disabled = chosen < 0;
    button.setAttribute('aria-pressed', chosen >= 0 && answer().lines[chosen] === button.dataset.kind);
  }
}

function drawQuestions() {
  let key = 0;
  $('questions').replaceChildren(...data.questions.map((question, number) => {
    const box = make('fieldset', undefined, { class: question.options.length > 5 && !question.typed ? 'many' : '' });
    const title = question.column === 'frames' ? 'generic frames' : question.column.replaceAll('_', ' ');
    box.append(make('legend', title));
    const own = answer().labels[question.column];
    if (question.typed) {
      const input = make('input', undefined, { list: 'options' + number, autocomplete: 'off', 'aria-label': title });
      input.value = own.join(';');
      input.onchange = () => {
        const labels = input.value.split(';').map(label => label.trim()).filter(Boolean);
        answer().labels[question.column] = question.several ? labels : labels.slice(0, 1);
        changed();
      };
      const list = make('datalist', undefined, { id: 'options' + number });
      list.append(...question.options.map(label => make('option', undefined, { value: label })));
      box.append(input, list);
      return box;
    }
    for (const label of question.options) {
      const name = LABEL_KEYS[key++] || '';
      const line = make('label');
      const input = make('input', undefined, { type: question.several ? 'checkbox' : 'radio', name: 'question' + number, 'data-key': name });
      input.checked = own.includes(label);
      input.onchange = () => setLabel(question, label, input.checked);
      line.append(input, make('span', label.replaceAll('_', ' ')), make('kbd', name));
      box.append(line);
    }
    return box;
  }));
}

function drawSuggestion() {
  const own = answer();
  $('suggestion').hidden = !own.done && !data.suggests;
  const list = $('suggestion').querySelector('dl');
  list.replaceChildren();
  for (const { column } of data.questions) {
    const [theirs, ours] = [article().suggested[column], own.labels[column]].map(labels => labels.slice().sort().join(', ') || 'none');
    list.append(make('dt', column), make('dd', theirs + (theirs === ours ? '' : ' – you: ' + ours), theirs === ours ? {} : { class: 'wrong' }));
  }
  const cut = article().lines.filter(([, kind]) => kind !== CONTENT).length;
  list.append(make('dt', 'lines'), make('dd', cut + ' of ' + article().lines.length + ' boilerplate'));
}

function draw() {
  const { title, file, row, id } = article();
  $('title').textContent = shown(title || '(no headline)');
  $('about').textContent = shown(`${file.split(/[/\\]/).pop()}, row ${row}${id ? ', id ' + id : ''}`);
  const done = Object.values(state.answers).filter(own => own.done).length;
  $('place').textContent = `${state.at + 1} of ${data.articles.length}, ${done} kept`;
  $('keep').firstChild.textContent = answer().done ? 'Go on ' : 'Keep answer ';
  drawLines();
  drawQuestions();
  drawSuggestion();
  save();
}

function go(step) {
  state.at = Math.min(Math.max(state.at + step, 0), data.articles.length - 1);
  chosen = -1;
  draw();
  window.scrollTo(0, 0);
}

function keep() {
  if (document.activeElement && document.activeElement.onchange) document.activeElement.onchange();
  if (answer().done) return go(1);
  answer().done = true;
  draw();
}

// Rows of the answers that were kept; lines that were not marked are content where any was.
function rows() {
  return Object.keys(state.answers).map(Number).sort((a, b) => a - b).filter(at => state.answers[at].done).map(at => {
    const [own, of] = [state.answers[at], data.articles[at]];
    const row = { id: of.id || `${of.file}:${of.row}`, title: of.title, text: of.text, url: of.url, date: of.date };
    for (const { column } of data.questions) row[column] = own.labels[column].join(';');
    const lines = own.lines.some(Boolean) ? own.lines.map((kind, line) => ({ text: of.lines[line][0], kind: kind || CONTENT })) : [];
    return { ...row, coder: state.coder, saw_suggestion: own.saw, inclusion_probability: of.inclusion, desk_row: at, language: of.language || '', lines };
  });
}

const cell = value => /[",\r\n]/.test(value) ? '"' + String(value).replaceAll('"', '""') + '"' : String(value);
const table = lines => lines.map(line => line.map(cell).join(',')).join('\r\n') + '\r\n';

function exported(kind) {
  const all = rows();
  if (kind === 'jsonl') return all.map(row => JSON.stringify(row) + '\n').join('');
  if (kind === 'lines') {
    const lines = all.flatMap(row => row.lines.map(({ text, kind }, at) => [row.id, at + 1, row.language, kind, text]));
    return table([['doc', 'line', 'language', 'kind', 'text'], ...lines]);
  }
  const columns = ['id', 'title', 'text', 'url', 'date', ...data.questions.map(question => question.column), 'coder', 'saw_suggestion', 'inclusion_probability'];
  return table([columns, ...all.map(row => columns.map(column => row[column]))]);
}

function write(kind) {
  const text = exported(kind);
  $('export').value = text;
  const link = make('a', undefined, { download: `desk-${state.coder || 'coder'}.${kind === 'lines' ? 'lines.csv' : kind}` });
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  link.click();
  URL.revokeObjectURL(link.href);
}

function readBack(text) {
  for (const line of text.split('\n').filter(Boolean)) {
    const row = JSON.parse(line);
    const of = data.articles[row.desk_row];
    if (!of || of.text !== row.text) continue;
    const own = fresh(row.desk_row);
    for (const { column } of data.questions) own.labels[column] = String(row[column] || '').split(';').filter(Boolean);
    own.lines = row.lines.length ? row.lines.map(({ kind }) => kind) : of.lines.map(() => '');
    state.answers[row.desk_row] = Object.assign(own, { done: true, saw: row.saw_suggestion });
    state.coder = state.coder || row.coder;
  }
  $('coder').value = state.coder;
  draw();
}

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = event.target.closest && event.target.closest('#lines li');
  const typing = event.target.matches && event.target.matches('textarea, input:not([type=checkbox], [type=radio])');
  const used = () => event.preventDefault();
  if (event.key === 'Enter' && !event.target.matches('button, summary, textarea, #coder')) { used(); return keep(); }
  if (typing) return;
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    if (event.target.matches('[type=radio]')) return;
    const next = chosen + (event.key === 'ArrowDown' ? 1 : -1);
    if (next >= 0 && next < article().lines.length) { used(); choose(next); }
  } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
    if (event.target.matches('[type=radio]')) return;
    used();
    go(event.key === 'ArrowRight' ? 1 : -1);
  } else if (chosen >= 0 && (event.key === ' ' ? at : Object.values(LINE_KEYS).includes(event.key))) {
    used();
    setLine(chosen, event.key === ' ' ? CONTENT : Object.keys(LINE_KEYS).find(kind => LINE_KEYS[kind] === event.key));
  } else if (event.key.length === 1) {
    const input = [...document.querySelectorAll('[data-key]')].find(input => input.dataset.key === event.key);
    if (input) { used(); input.click(); }
  }
});
$('lines').addEventListener('click', event => {
  const item = event.target.closest('li');
  if (item) choose(Number(item.dataset.at));
});
$('coder').value = state.coder;
$('coder').oninput = () => { state.coder = $('coder').value.trim(); save(); };
$('back').onclick = () => go(-1);
$('forward').onclick = () => go(1);
$('keep').onclick = keep;
$('questions').onsubmit = event => event.preventDefault();
document.querySelectorAll('[data-file]').forEach(button => { button.onclick = () => write(button.dataset.file); });
$('import').onchange = async event => { if (event.target.files[0]) readBack(await event.target.files[0].text()); };
$('palette').append(...[[CONTENT, 'space'], ...Object.entries(LINE_KEYS)].map(([kind, key]) => {
  const button = make('button', undefined, { type: 'button', 'data-kind': kind });
  button.append(make('span', kind), make('kbd', key));
  button.onclick = () => setLine(chosen, kind);
  return button;
}));
draw();
