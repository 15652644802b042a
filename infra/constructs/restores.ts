/** Restores of tables, and the alarms on them: people who were erased may be back until a replay has gone over the table. */
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { Rule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { Construct } from 'constructs'
import { FUNCTIONS } from '../wiring.ts'
import { type Alarms, EVERY, ownMetric } from './alarms/alarms.ts'
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
      fn.metricErrors({ period: EVERY }),
    )
    alarms.onThreshold('RestoreNotReplayed', {
      description: 'A table was restored from a backup, and no replay has gone over it.',
      metric: ownMetric(this, 'sweep', { metricName: 'restoresToReplay', statistic: 'Maximum' }),
      threshold: 0,
      // Data is missing only when the sweep does not run, and that has its own alarm.
      treatMissingData: TreatMissingData.IGNORE,
    })
  }
}
