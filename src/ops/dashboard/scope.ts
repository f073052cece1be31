/** What the variables of the page narrow every query to. Grafana puts their values in, as patterns. */
export const JOB = { like: '$job' };

/** See {@link JOB}. */
export const CLIENT = { like: '$client' };

/** See {@link JOB}. */
export const HERE = { job: JOB, target: { like: '$target' } };

/** The interval for rates and increases: at least four scrapes, and no gap between two points. */
export const PER_POINT = '$__rate_interval';
