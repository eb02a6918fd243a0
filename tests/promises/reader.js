// What a person would see of a page in a frame: its words, whether it can be
// read, and whether it moves the page sideways.
const frame = document.querySelector('iframe');
const [page, width] = location.hash.slice(1).split(',');
frame.style.width = `${width}px`;

const channels = colour => colour.match(/[\d.]+/g).map(Number);

// What lies behind an element, from the canvas up.
function behind(element, view) {
  const layers = [];
  for (let at = element; at; at = at.parentElement) {
    layers.unshift(channels(view.getComputedStyle(at).backgroundColor));
  }
  return layers.reduce((below, [r, g, b, alpha = 1]) =>
    [r, g, b].map((c, i) => c * alpha + below[i] * (1 - alpha)), [255, 255, 255]);
}

function luminance(colour) {
  const [r, g, b] = colour.map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// The least contrast of a text with what lies behind it (WCAG 2.2, 1.4.3), of words that stand
// before an element too.
function leastContrast(body, view) {
  let least = [21, ''];
  const measure = (element, colour, words) => {
    const ink = channels(colour).slice(0, 3);
    const [light, dark] = [ink, behind(element, view)].map(luminance).sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < least[0]) least = [contrast, words];
  };
  for (const element of body.querySelectorAll('*')) {
    // A control that can't be used is exempt.
    if (element.closest('title, desc, style, :disabled') || !element.checkVisibility()) continue;
    const before = view.getComputedStyle(element, '::before');
    if (before.content.startsWith('"')) measure(element, before.color, before.content);
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    const style = view.getComputedStyle(element);
    if (own) measure(element, element.closest('svg') ? style.fill : style.color, element.textContent);
  }
  return least;
}

// What is wider or higher than the place it is shown in, but for lists that are meant to be scrolled.
function clipped(body, view) {
  const cut = [];
  for (const element of body.querySelectorAll('*')) {
    if (element.closest('.csv, nav.list, textarea, aside') || !element.checkVisibility()) continue;
    const [width, height] = [element.scrollWidth - element.clientWidth, element.scrollHeight - element.clientHeight];
    const { overflowX, overflowY } = view.getComputedStyle(element);
    const wide = overflowX !== 'visible' && width > 1, high = overflowY === 'hidden' && height > 1;
    if (element.localName !== 'input' && (wide || high)) cut.push(element.innerText.slice(0, 60));
  }
  for (const text of body.querySelectorAll('svg text')) {
    const [own, all] = [text, text.ownerSVGElement].map(e => e.getBoundingClientRect());
    if (own.left < all.left - 0.5 || own.right > all.right + 0.5) cut.push(text.textContent);
  }
  return cut;
}

// Words that lie on other words.
function overlapping(body, view) {
  const boxes = [];
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || !parent.checkVisibility()) continue;
    // What lies over the text on purpose, or is not shown.
    if (parent.closest('textarea, #palette, datalist, title, desc, script')) continue;
    // What is scrolled away is not seen.
    const list = parent.closest('aside, nav.list, .csv');
    const end = list ? list.getBoundingClientRect().bottom : Infinity;
    const range = body.ownerDocument.createRange();
    range.selectNodeContents(node);
    for (const { left, right, top, bottom } of range.getClientRects()) {
      const box = { left, right, top: top + 2, bottom: Math.min(bottom, end) - 2, node };
      if (right - left > 1 && box.bottom > box.top) boxes.push(box);
    }
  }
  boxes.sort((a, b) => a.top - b.top);
  const found = [];
  boxes.forEach((one, at) => {
    for (let next = at + 1; next < boxes.length && boxes[next].top < one.bottom; next++) {
      const other = boxes[next];
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - other.top;
      if (other.node !== one.node && across > 2 && down > 2) found.push(`${one.node.data.slice(0, 30)} / ${other.node.data.slice(0, 30)}`);
    }
  });
  return found;
}

// What comes of using a page: a passage that the keys go to, a head that is switched off, another
// grouping that is chosen.
function used(seen, body, view) {
  const mark = body.querySelector('mark[tabindex].u0');
  if (mark) {
    mark.focus();
    seen.told = view.getComputedStyle(mark, '::after').content;
    const drawn = () => view.getComputedStyle(mark).backgroundImage.includes('gradient(rgb');
    const before = drawn();
    body.querySelector('#lane0').click();
    seen.switched = before && !drawn();
    body.querySelector('#lane0').click();
  }
  const months = body.querySelector('#by6');
  if (months) {
    months.click();
    seen.byMonth = body.innerText;
    body.querySelector('#by0').click();
  }
}

frame.onload = () => {
  const view = frame.contentWindow;
  const { body, documentElement: root, title } = frame.contentDocument;
  // What is not laid out yet, beyond the window or before the first frame, has no words to be seen.
  const all = frame.contentDocument.createElement('style');
  all.textContent = '* { content-visibility: visible !important }';
  frame.contentDocument.head.append(all);
  const seen = {
    title,
    id: body.id,
    text: body.innerText,
    background: view.getComputedStyle(body).backgroundColor,
    headings: [...body.querySelectorAll('h1, h2, h3')].map(h => h.localName + ' ' + h.innerText),
    charts: [...body.querySelectorAll('svg[role=img]')].map(svg => {
      const box = svg.getBoundingClientRect();
      const named = svg.getAttribute('aria-labelledby').split(' ')
        .map(id => frame.contentDocument.getElementById(id).textContent);
      return { width: box.width, height: box.height, named };
    }),
    names: [...new Set([...frame.contentDocument.querySelectorAll('*')].map(e => e.localName))],
    resources: view.performance.getEntriesByType('resource').map(entry => entry.name),
  };
  used(seen, body, view);
  // Unfolded, the page must not be wider either.
  body.querySelectorAll('details').forEach(details => details.open = true);
  seen.unfolded = body.innerText;
  seen.scrollWidth = root.scrollWidth;
  seen.clientWidth = root.clientWidth;
  seen.contrast = leastContrast(body, view);
  seen.clipped = clipped(body, view);
  seen.overlapping = overlapping(body, view);
  // Dumped as markup, it is read back as what it is: no character needs care.
  document.querySelector('pre').textContent = JSON.stringify(seen)
    .replace(/[^ -~]|[<>&]/g, c => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
};
frame.src = page;
