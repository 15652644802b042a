/** The CDK app that cdk.json runs: checks the configuration, builds the functions, makes the stack. */
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { ConfigProblem } from '../shared/config/findings.ts'
import { loadConfig } from '../shared/config/load.ts'
import { buildBundles } from './bundles.ts'
import { checkedConfig } from './data-deletion.ts'
import { readDeployment } from './deployment.ts'
import { DataDeletionStack, validated } from './stack.ts'

const app = validated(new App())
const asked = await readInput()
if (asked) {
  const { stackName, region, domain, alarmEmail, config } = asked
  const bundles = join(app.outdir, 'bundles')
  await buildBundles({ outDir: bundles })
  new DataDeletionStack(app, stackName, {
    description: "Takes Meta's data deletion callbacks and erases people's records from the company's tables",
    config,
    bundles,
    domain,
    alarmEmail,
    ...(region !== undefined && { env: { region } }),
  })
  app.synth()
}

/** Undefined after a mistake in the input, which it has printed: a stack trace would not help. */
async function readInput() {
  try {
    const deployment = readDeployment(app.node.getAllContext() as Readonly<Record<string, unknown>>)
    const { configPath } = deployment
    return { ...deployment, config: checkedConfig(await loadConfig(configPath), configPath) }
  } catch (error) {
    if (!(error instanceof ConfigProblem)) throw error
    console.error(error.message)
    process.exitCode = 1
    return undefined
  }
}
