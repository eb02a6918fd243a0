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

// The least contrast of a text with what lies behind it (WCAG 2.2, 1.4.3).
function leastContrast(body, view) {
  let least = [21, ''];
  for (const element of body.querySelectorAll('*')) {
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!own || element.closest('title, desc, style')) continue;
    const style = view.getComputedStyle(element);
    const ink = channels(element.closest('svg') ? style.fill : style.color).slice(0, 3);
    const [light, dark] = [ink, behind(element, view)].map(luminance).sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < least[0]) least = [contrast, element.textContent];
  }
  return least;
}

frame.onload = () => {
  const view = frame.contentWindow;
  const { body, documentElement: root, title } = frame.contentDocument;
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
  // Unfolded, the page must not be wider either.
  body.querySelectorAll('details').forEach(details => details.open = true);
  seen.unfolded = body.innerText;
  seen.scrollWidth = root.scrollWidth;
  seen.clientWidth = root.clientWidth;
  seen.contrast = leastContrast(body, view);
  // Dumped as markup, it is read back as what it is: no character needs care.
  document.querySelector('pre').textContent = JSON.stringify(seen)
    .replace(/[^ -~]|[<>&]/g, c => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
};
frame.src = page;
