/** The dashboard: how many requests there are, how long they wait, what fails. */
import { Duration, Stack } from 'aws-cdk-lib'
import { Dashboard, GraphWidget, type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import type { ServiceFunctions } from '../functions/service-function.ts'
import { ownMetric } from './alarms.ts'

export class Watch extends Construct {
  constructor(scope: Construct, id: string, functions: ServiceFunctions) {
    super(scope, id)
    const { stackName: namespace, region } = Stack.of(this)
    const all = Object.values(functions)
    const period = Duration.minutes(15)
    const byChannelAndState = new MathExpression({
      expression: `SEARCH('{"${namespace}",service,channel,state} MetricName="requestsCompleted"', 'Sum', 900)`,
      label: '',
      usingMetrics: {},
      period,
    })
    const erased = new MathExpression({
      expression: 'items / PERIOD(items)',
      label: 'Items erased a second',
      usingMetrics: { items: ownMetric(this, 'erase', { metricName: 'itemsErased', statistic: 'Sum' }) },
      period,
    })
    const ofSweep = (metricName: string, statistic: string) =>
      ownMetric(this, 'sweep', { metricName, statistic })
    const days = (name: string, metric: IMetric) =>
      new MathExpression({
        expression: `${name} / 86400`,
        label: 'Days',
        usingMetrics: { [name]: metric },
        period,
      })
    const graph = (title: string, ...left: IMetric[]) => new GraphWidget({ title, left, width: 12, region })
    new Dashboard(this, 'Dashboard', {
      widgets: [
        [
          graph('Requests completed, by channel and state', byChannelAndState),
          graph('Open requests', ofSweep('openRequests', 'Maximum')),
        ],
        [
          graph('Days open, the oldest', days('oldest', ofSweep('oldestOpenSeconds', 'Maximum'))),
          graph('Days to due, the next', days('due', ofSweep('secondsToDue', 'Minimum'))),
        ],
        [
          graph('Erasure rate', erased),
          graph('Throttles', ...all.map((fn) => fn.metricThrottles({ period, label: fn.name }))),
        ],
        [graph('Failures', ...all.map((fn) => fn.metricErrors({ period, label: fn.name })))],
      ],
    })
  }
}
