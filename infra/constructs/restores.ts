/** Restores of tables, and the alarms on them: people who were erased may be back until a replay has gone over the table. */
import { Duration, Stack } from 'aws-cdk-lib'
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { Rule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { Construct } from 'constructs'
import { FUNCTIONS } from '../wiring.ts'
import type { Alarms } from './alarms/alarms.ts'
import type { ServiceFunction } from './functions/service-function.ts'

export class Restores extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { fn, alarms }: { readonly fn: ServiceFunction; readonly alarms: Alarms },
  ) {
    super(scope, id)
    const { source, 'detail-type': detailType, detail } = FUNCTIONS.restores.events
    new Rule(this, 'Rule', {
      description: 'Restores of DynamoDB tables, as a trail of CloudTrail reports them',
      eventPattern: { source: [...source], detailType: [...detailType], detail },
      targets: [new LambdaFunction(fn)],
    })
    alarms.onCount(
      'RestoreNotNoted',
      'A table was restored, and the function that notes it failed: see its log.',
      fn.metricErrors({ period: Duration.minutes(1), statistic: 'Sum' }),
    )
    alarms.onThreshold('RestoreNotReplayed', {
      description: 'A table was restored from a backup, and no replay has gone over it.',
      metric: new Metric({
        namespace: Stack.of(this).stackName,
        metricName: 'restoresToReplay',
        dimensionsMap: { service: 'sweep' },
        statistic: 'Maximum',
        period: Duration.minutes(15),
      }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // Data is missing only when the sweep does not run, and that has its own alarm.
      treatMissingData: TreatMissingData.IGNORE,
    })
  }
}
