/** Metrics in the log, in CloudWatch's embedded metric format. */
import { Metrics } from '@aws-lambda-powertools/metrics'
import type { Measure } from '../shared/platform/measure.ts'

export function measuring(namespace: string, serviceName: string): Measure {
  const metrics = new Metrics({ namespace, serviceName })
  return (name, value, dimensions) => {
    const metric = metrics.singleMetric()
    metric.addDimensions({ ...dimensions })
    metric.addMetric(name, name.endsWith('Seconds') ? 'Seconds' : 'Count', value)
  }
}
