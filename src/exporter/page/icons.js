const SVG = 'http://www.w3.org/2000/svg';

const PATHS = {
  healthy: ['M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19Z', 'm7.8 12.3 2.9 2.9 5.6-6'],
  broken: ['M12 3 1.9 20.5h20.2L12 3Z', 'M12 9.5v5.2', 'M12 17.4v.2'],
  unknown: ['M12 2.5a9.5 9.5 0 1 0 0 19 9.5 9.5 0 0 0 0-19Z', 'M12 7v5.5l3.5 2'],
};

/** A drawing that says in shape what the words beside it say. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'icon');
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}
