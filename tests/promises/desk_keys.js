// Presses the keys of a coder in the desk beside it: two articles blind, a third changed after the
// model was heard; then exports, forgets everything, and reads the export back in.
const frame = document.querySelector('iframe');
const wait = () => new Promise(resolve => setTimeout(resolve, 50));
const loaded = () => new Promise(resolve => { frame.onload = resolve; });
const element = id => frame.contentDocument.getElementById(id);

function press(key) {
  const target = frame.contentDocument.activeElement || frame.contentDocument.body;
  target.dispatchEvent(new frame.contentWindow.KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}

function type(input, text) {
  input.focus();
  input.value = text;
  input.dispatchEvent(new frame.contentWindow.Event('input', { bubbles: true }));
  input.dispatchEvent(new frame.contentWindow.Event('change', { bubbles: true }));
  input.blur();
}

function exported(kind) {
  frame.contentDocument.querySelector(`[data-file=${kind}]`).click();
  return element('export').value;
}

// Behind the #: the outlet that is typed, the key of its leaning, and how many articles.
const [outlet, leaning, count] = location.hash.slice(1).split(',').map(decodeURIComponent);

async function work() {
  const first = loaded();
  frame.src = 'desk.html';
  await first;
  type(element('coder'), 'ada');
  const hidden = [];
  for (let article = 0; article < Number(count); article++) {
    type(frame.contentDocument.querySelector('#questions input[list]'), outlet);
    // The keys of leanings are 1 to 3, of generic frames 4 to 8, of policy frames 9 and on.
    press(article === 2 ? '3' : leaning);
    press('5');
    press('9');
    press('ArrowDown');
    // A finger has the buttons below the text.
    if (article === 1) frame.contentDocument.querySelector('[data-kind=share]').click();
    else press('s');
    const before = element('suggestion').hidden;
    press('Enter');
    hidden.push([before, element('suggestion').hidden]);
    if (article === 2) press(leaning);
    if (article !== 2 || article + 1 < Number(count)) press('Enter');
  }
  const seen = { hidden, csv: exported('csv'), lines: exported('lines'), jsonl: exported('jsonl') };
  frame.contentWindow.localStorage.clear();
  const again = loaded();
  frame.contentWindow.location.reload();
  await again;
  const files = new frame.contentWindow.DataTransfer();
  files.items.add(new frame.contentWindow.File([seen.jsonl], 'ada.jsonl'));
  element('import').files = files.files;
  element('import').dispatchEvent(new frame.contentWindow.Event('change'));
  // A machine under load takes its time to read a file.
  for (let tries = 0; tries < 90 && element('place').textContent.endsWith(' 0 kept'); tries++) await wait();
  seen.read_back = exported('jsonl');
  return seen;
}

work().catch(error => ({ error: String(error) })).then(seen => {
  document.querySelector('pre').textContent = JSON.stringify(seen)
    .replace(/[^ -~]|[<>&]/g, c => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
});
