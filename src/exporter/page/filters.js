import { el } from './dom.js';
import { askInPlace } from './place.js';

const TYPING_MS = 250;

/**
 * A form of what can be asked for: `{ name, label, options }` is a choice among `[value, words]`, and one without
 * options a text. What is chosen stands in the address; `changed` is called when it does.
 */
export function createFilters(fields, changed) {
  const form = el('form', { class: 'filters', role: 'search' });
  const controls = new Map(fields.map((field) => [field.name, createControl(field)]));
  form.append(...[...controls.values()].map(({ node }) => node));
  let typing;

  function apply() {
    const query = new URLSearchParams();
    for (const [name, { input }] of controls) if (input.value !== '') query.set(name, input.value);
    askInPlace(query);
    changed();
  }

  form.addEventListener('change', apply);
  form.addEventListener('input', ({ target }) => {
    clearTimeout(typing);
    if (target.type === 'search') typing = setTimeout(apply, TYPING_MS);
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  return {
    node: form,
    /** Shows what the address asks for. */
    read(query) {
      for (const [name, control] of controls) control.choose(query.get(name) ?? '');
    },
    /** Takes in what there is to choose from. */
    offer(name, options) {
      controls.get(name)?.offer(options);
    },
  };
}

function createControl({ name, label, options, any = 'all' }) {
  const id = `filter-${name}`;
  const input =
    options === undefined
      ? el('input', { id, name, type: 'search', maxlength: 100, autocomplete: 'off' })
      : el('select', { id, name });
  const node = el('div', { class: 'filter' }, el('label', { for: id, text: label }), input);
  let offered = '';
  const control = {
    node,
    input,
    choose(value) {
      if (input.value === value) return;
      // What is asked for may not be among what there is now.
      if (options !== undefined && ![...input.options].some((option) => option.value === value))
        input.append(el('option', { value, text: value }));
      input.value = value;
    },
    offer(list) {
      const now = JSON.stringify(list);
      if (now === offered) return;
      offered = now;
      const { value } = input;
      const all = any === undefined ? [] : [['', any]];
      input.replaceChildren(...[...all, ...list].map(([of, text]) => el('option', { value: of, text })));
      control.choose(value);
    },
  };
  if (options !== undefined) control.offer(options);
  return control;
}
