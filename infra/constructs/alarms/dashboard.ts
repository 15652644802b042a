/** The dashboard: how many requests there are, how long they wait, what fails. */
import { Duration, Stack } from 'aws-cdk-lib'
import { Dashboard, GraphWidget, type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import type { FunctionName } from '../../wiring.ts'
import type { ServiceFunction } from '../functions/service-function.ts'

export interface WatchProps {
  readonly functions: Readonly<Partial<Record<FunctionName, ServiceFunction>>>
}

export class Watch extends Construct {
  constructor(scope: Construct, id: string, { functions }: WatchProps) {
    super(scope, id)
    const { stackName: namespace, region } = Stack.of(this)
    const all = Object.values(functions)
    const period = Duration.minutes(15)
    const own = (service: FunctionName, metricName: string, statistic: string) =>
      new Metric({ namespace, metricName, dimensionsMap: { service }, statistic, period })
    const byChannelAndState = new MathExpression({
      expression: `SEARCH('{"${namespace}",service,channel,state} MetricName="requestsCompleted"', 'Sum', 900)`,
      label: '',
      usingMetrics: {},
      period,
    })
    const erased = new MathExpression({
      expression: 'items / PERIOD(items)',
      label: 'Items erased a second',
      usingMetrics: { items: own('erase', 'itemsErased', 'Sum') },
      period,
    })
    const days = (name: string, label: string, metric: IMetric) =>
      new MathExpression({ expression: `${name} / 86400`, label, usingMetrics: { [name]: metric }, period })
    const graph = (title: string, ...left: IMetric[]) => new GraphWidget({ title, left, width: 12, region })
    new Dashboard(this, 'Dashboard', {
      widgets: [
        [
          graph('Requests completed, by channel and state', byChannelAndState),
          graph('Open requests', own('sweep', 'openRequests', 'Maximum')),
        ],
        [
          graph(
            'Days open, the oldest',
            days('oldest', 'Days', own('sweep', 'oldestOpenSeconds', 'Maximum')),
          ),
          graph('Days to due, the next', days('due', 'Days', own('sweep', 'secondsToDue', 'Minimum'))),
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
