/** What is drawn: the panels of a dashboard, and what Prometheus answered to their queries. */

/** One page, as it is handed to the browser. */
export interface Preview {
  readonly dashboard: Dashboard;
  /** Said at the head of the picture, so that nobody takes it for one of Grafana. */
  readonly caption: string;
  readonly theme: 'dark' | 'light';
  readonly from: number;
  readonly to: number;
  /** What each variable stands for in titles: "All", or the values that were chosen. */
  readonly variables: Readonly<Record<string, string>>;
  readonly answers: readonly Answer[];
}

/** What is read of a dashboard in Grafana's classic JSON. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating?: { readonly list: readonly Variable[] };
}

/** A drop-down at the head of a dashboard. */
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly label?: string;
  readonly hide?: number;
  readonly query?: unknown;
  readonly definition?: string;
  readonly regex?: string;
  readonly allValue?: string;
  readonly current?: { readonly value?: string | readonly string[] };
}

/** A panel, or a row with those that it hides while it is collapsed. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly description?: string;
  readonly gridPos: Place;
  readonly collapsed?: boolean;
  /** The variable for each of whose values a row is repeated. */
  readonly repeat?: string;
  readonly panels?: readonly Panel[];
  readonly targets?: readonly Target[];
  readonly options?: object;
  readonly fieldConfig?: object;
  readonly transformations?: readonly object[];
  readonly interval?: string;
  readonly maxDataPoints?: number;
}

/** Where a panel stands, in the 24 columns of the grid and its rows. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A query of a panel. */
export interface Target {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat?: string;
  readonly instant?: boolean;
  readonly format?: string;
  readonly interval?: string;
  readonly hide?: boolean;
}

/** What Prometheus answered to one query of a panel. */
export interface Answer {
  readonly panel: number;
  readonly refId: string;
  /** The query as it was asked, variables filled. */
  readonly expr: string;
  /** How far its points are apart; 0 for an instant query. */
  readonly stepMs: number;
  readonly series: readonly Series[];
}

/** One series, its points as Prometheus writes them: seconds, and the value as text. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [number, string])[];
}
