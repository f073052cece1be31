import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { faultQuery, sessionQuery } from '../../../src/exporter/api/queries.ts';
import { runbookUrlOf } from '../../../src/faults/index.ts';
import { DASHBOARDS, files, ROOT } from './shipped.ts';

/** A dashboard as Grafana is given it, as far as links go by it. */
interface Target {
  readonly uid: string;
  readonly templating?: { readonly list?: readonly { readonly name: string }[] };
}

/** The variables of every dashboard, by its uid. */
const variablesOf = new Map(
  files(DASHBOARDS).map(({ text }) => {
    const { uid, templating } = JSON.parse(text) as Target;
    return [uid, new Set(templating?.list?.map(({ name }) => name))] as const;
  }),
);

/** What a link begins with that leads to a page of this repository. */
const [REPOSITORY = ''] = runbookUrlOf('').split('docs/');

/** What a link begins with that leads to a view of the status page; what the reader chooses there has a filter. */
const STATUS_PAGE = '${page}/#/';
const FILTERS = new Map<string, object>([
  ['faults', faultQuery.shape],
  ['sessions', sessionQuery.shape],
]);

/** What of a link leads nowhere; nothing when all of it arrives, or it leads to somebody else. */
export function deadLinksIn(url: string): string[] {
  if (url.startsWith(REPOSITORY)) return deadPageIn(url);
  if (url.startsWith(STATUS_PAGE)) return deadViewIn(url);
  const [, uid] = /\/d\/([^/?#]+)/.exec(url) ?? [];
  if (uid === undefined) return [`${url} leads neither to a page nor to a dashboard`];
  // Which one, the page knows only when it is looked at.
  if (uid.startsWith('$')) return [];
  const variables = variablesOf.get(uid);
  if (variables === undefined) return [`no dashboard ${uid} in ${url}`];
  const set = [...url.matchAll(/[?&]var-(\w+)=|\$\{(\w+):queryparam\}/g)].map(
    ([, name, kept]) => name ?? kept ?? '',
  );
  return set.filter((name) => !variables.has(name)).map((name) => `no variable ${name} in ${url}`);
}

/** The page hands what stands in its address to the API, which refuses what it does not know. */
function deadViewIn(url: string): string[] {
  const [view = '', query = ''] = url.slice(STATUS_PAGE.length).split('?');
  const filters = FILTERS.get(view);
  if (filters === undefined) return [`no view ${view} in ${url}`];
  const asked = [...new URLSearchParams(query)].map(([name]) => name);
  return asked.filter((name) => !(name in filters)).map((name) => `no filter ${name} in ${url}`);
}

/** A name that is filled in where the link is shown stands for any page of its folder. */
function deadPageIn(url: string): string[] {
  const path = url.slice(REPOSITORY.length).replace(/#.*/, '');
  const folder = path.replace(/[^/]*[${][^/]*$/, '');
  return existsSync(join(ROOT, folder)) ? [] : [`no page ${path}`];
}
