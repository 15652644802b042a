/** What the system tells of itself in numbers: by app and channel at most, never by person or request. */

export type MetricName = 'nothingFound' | 'oldestMailSeconds'

export type Measure = (name: MetricName, value: number, dimensions: Readonly<Record<string, string>>) => void
