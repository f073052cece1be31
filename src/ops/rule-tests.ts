import type { RuledFault } from '../faults/index.ts';
import { metricList, type Metric } from '../signals/index.ts';
import { allStories } from '../../test/faults/stories/index.ts';
import type { FiringStory, RuleStory } from '../../test/faults/stories/rule-story.ts';
import { conditionInClients, conditionOfRule } from './fault-rules.ts';
import {
  at,
  SCRAPED_FROM,
  testFileOf,
  testOf,
  toldBy,
  type AlertTest,
  type AlertTestFile,
  type Moment,
} from './promtool.ts';
import { SCRAPE_SECONDS, scrapeScript, type Scraped } from './replay.ts';

/** The tests of an alert that a rule decides: its stories are told, scraped, and the rule is asked. */
export function ruleTestFile(fault: RuledFault): AlertTestFile {
  const stories = allStories.find((candidate) => candidate.fault === fault.id);
  if (stories === undefined) throw new RangeError(`${fault.id} has no stories`);
  const { everyMinutes, faulty, quiet } = stories;
  const tests = [
    ...faulty.map((story) => firing(fault, story, everyMinutes)),
    ...quiet.map((story) => silent(fault, story, everyMinutes)),
  ];
  return testFileOf('mcp-session-fleet.yaml', tests, everyMinutes * 60);
}

const PER_MINUTE = 60 / SCRAPE_SECONDS;

function firing(fault: RuledFault, story: FiringStory, everyMinutes: number): AlertTest {
  const { series, start } = scraped(fault, story);
  const { silentAt, firesAt, overAt, value, vantage = 'server' } = story;
  for (const minute of [silentAt, firesAt, overAt])
    if (minute % everyMinutes !== 0)
      throw new RangeError(
        `${story.name}: minute ${minute} is never evaluated, only each ${everyMinutes}th is`,
      );
  const moment = (minute: number, ...alerts: Moment['exp_alerts']): Moment =>
    at(start + minute * PER_MINUTE, fault.id, ...alerts);
  return testOf(`fires: ${story.name}`, series, [
    moment(silentAt),
    moment(firesAt, alertOf(fault, value, vantage)),
    moment(overAt),
  ]);
}

/** Asked whenever the rule is evaluated. */
function silent(fault: RuledFault, story: RuleStory, everyMinutes: number): AlertTest {
  const { series, start } = scraped(fault, story);
  const end = series[0]?.values.length ?? 0;
  const step = everyMinutes * PER_MINUTE;
  const moments = Array.from({ length: Math.ceil((end - start) / step) }, (_, i) =>
    at(start + i * step, fault.id),
  );
  return testOf(`silent: ${story.name}`, series, moments);
}

function alertOf(fault: RuledFault, value: number, vantage: string): Moment['exp_alerts'][number] {
  const { severity, inClients } = fault.alert;
  const loudness = vantage === 'client' ? (inClients?.severity ?? severity) : severity;
  return toldBy(fault.id, loudness, { ...SCRAPED_FROM, vantage, target: 'default' }, value);
}

/** The series of a story, behind those of what happened formerly, and the scrape with which it starts. */
function scraped(fault: RuledFault, story: RuleStory): { series: readonly Scraped[]; start: number } {
  const conditions = [conditionOfRule(fault), ...(fault.alert.inClients ? [conditionInClients(fault)] : [])];
  const asked = metricList.filter(({ name }) => conditions.some(({ promql }) => promql.includes(name)));
  const series = scrapesOf(story, asked);
  if (story.formerly === undefined) return { series: told(series), start: 0 };
  const former = scrapesOf({ ...story, tell: story.formerly.tell }, asked);
  const start = (story.formerly.days * 86_400) / SCRAPE_SECONDS;
  const joined = series.map((each, i) => behind(former[i] ?? each, each, start));
  return { series: told(joined), start };
}

function scrapesOf(
  { name, vantage, targets, beginsAt = 0, endsAt = Infinity, tell }: Omit<RuleStory, 'formerly'>,
  asked: readonly Metric[],
): Scraped[] {
  const script = { name, tell, ...(vantage && { vantage }), ...(targets && { targets }) };
  return scrapeScript(script, asked, 0, SCRAPE_SECONDS).map((series) => ({
    ...series,
    values: series.values.map((value, i) =>
      i >= beginsAt * PER_MINUTE && i < endsAt * PER_MINUTE ? value : Number.NaN,
    ),
  }));
}

/** A gap between the two, in which nothing is scraped; a counter goes on where it was. */
function behind(former: Scraped, series: Scraped, start: number): Scraped {
  const gap = Array.from({ length: start - former.values.length }, () => Number.NaN);
  const last = former.name.endsWith('_total') ? (former.values.at(-1) ?? 0) : 0;
  return { ...series, values: [...former.values, ...gap, ...series.values.map((value) => value + last)] };
}

/** Without those of other clients and revisions, which stay at 0, but for one of each metric. */
function told(series: readonly Scraped[]): Scraped[] {
  return series.filter(
    (each) =>
      each.values.some((value) => value > 0) || series.find(({ name }) => name === each.name) === each,
  );
}
