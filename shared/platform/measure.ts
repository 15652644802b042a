/** Metrics: by app, channel and state at most, never by person or request. */

export type MetricName =
  | 'itemsErased'
  | 'nothingFound'
  | 'oldestMailSeconds'
  | 'oldestOpenSeconds'
  | 'openRequests'
  | 'requestsCompleted'
  | 'restoresToReplay'
  | 'secondsToDue'

export type Measure = (name: MetricName, value: number, dimensions: Readonly<Record<string, string>>) => void
