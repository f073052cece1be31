import { descriptionOf, type Page, type Panel, type Row } from './page.ts';

/** `docs/dashboards.md`: what each dashboard answers, and what each of its panels shows. */
export function dashboardsPage(pages: readonly Page[]): string {
  return `# Dashboards

<!-- Written by \`npm run generate\`. Do not edit. -->

Dashboards for Grafana, each for one question. Begin with the first. [What they look like](dashboards-previews.md).

| dashboard | what it answers |
| --- | --- |
${pages.map((page) => `| [${page.title}](#${anchorOf(page)}) | ${page.description} |`).join('\n')}

## How to get them

- **By hand:** in Grafana choose Dashboards, New, Import, and pick the files of [dashboards/](../dashboards/) one by one.
- **By files:** let a provider of type \`file\` in \`provisioning/dashboards/\` point to the folder; it reads \`*.json\` and leaves the rest alone.
- **In Kubernetes, with the operator of Grafana:** \`kubectl apply -f dashboards/kubernetes/\` makes a \`GrafanaDashboard\` of each, for every \`Grafana\` with the label \`dashboards: grafana\`.

With \`docker compose up\` all this is done. The files are classic JSON of version 42. Whoever changes one in Grafana saves it under another name: a file of the next version replaces it.

## What they have in common

- **Variables.** Data source, job, target and client narrow every panel that knows them. The links at the top, and those in series and cells, take them and the time along.
- **From an alert to what mends it, by links alone.** The alert opens the dashboard that it is about: of most faults that is Session health, at their own row. There the name of a fault leads to its evidence, the exchanges that prove it, and to its runbook; cells and series on the other dashboards do so too. The evidence is on the [status page](page-and-api.md) of the exporter that saw the fault: Status page, at the top, says where that is. Of several exporters write the address of the one that you ask.
- **Several vantages** may see the same: a proxy, and the client behind it. The figures of Session health count a fault and a lost session once where they name the target alike. All other panels add up what each saw: choose the jobs of one vantage to see it alone.
- **Bars** are of one minute at least. With scrapes up to 20 seconds apart each event stands in one of them; with longer ones it may stand in two when the time shown is short.
- **Marks.** Red: an alert fires. Blue: a watched program started. Either can be switched off at the top.
- **Diamonds** in graphs are exemplars: where the data source of Prometheus names one for traces, each leads to the trace of the request it stands for. They come of requests that take part in a sampled trace, and Prometheus keeps them with \`--enable-feature=exemplar-storage\` alone.
- **Colours** have a reason, which stands at the end of the description. A panel without bounds has none: what is normal there differs from place to place, and the alerts compare it with its own past.
- **An address that never changes.** \`/d/mcp-session-health?var-job=shop&var-fault=lost-affinity\` is what an alert can link to; the part after \`/d/\` is the name of the file.

${pages.map(sectionOf).join('\n')}`;
}

/** As GitHub makes them of headings. */
function anchorOf({ title }: Page): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}

function sectionOf(page: Page): string {
  return `## ${page.title}

${page.description} [${page.uid}.json](../dashboards/${page.uid}.json)

${page.rows.map(rowOf).join('\n')}`;
}

function rowOf({ title, panels, repeat }: Row): string {
  const each = repeat === undefined ? '' : ` (a row for each \`${repeat}\`)`;
  return `**${title}**${each}

${panels.map(panelOf).join('\n')}
`;
}

function panelOf(panel: Panel): string {
  return `- _${panel.title}._ ${descriptionOf(panel)}`;
}
