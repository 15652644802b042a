import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { type FunctionOptions, type HostedFunction, hostFunction } from '../../infra/local/lambda/lambda.ts'

const module = new URL('../fixtures/system/local-functions.ts', import.meta.url).href
const hosted: HostedFunction[] = []
const lines: string[] = []

function host(handler: string, options: Partial<FunctionOptions> = {}): HostedFunction {
  const one = hostFunction({
    name: 'fixture',
    module,
    handler,
    timeoutSeconds: 5,
    memoryMb: 256,
    env: { GREETING: 'hello' },
    log: (line) => lines.push(line),
    ...options,
  })
  hosted.push(one)
  return one
}

afterEach(async () => {
  await Promise.all(hosted.splice(0).map((one) => one.close()))
  lines.length = 0
})

describe('hostFunction', () => {
  it('answers with what the handler returned, as JSON', async () => {
    expect(await host('echo').invoke({ a: [1], b: undefined })).toEqual({ a: [1] })
    expect(await host('say').invoke({ line: '' })).toBeNull()
  })

  it('gives the function its own environment and nothing of ours', async () => {
    const { environment } = (await host('about').invoke({})) as { environment: object }
    expect(environment).toEqual({ GREETING: 'hello' })
  })

  it('gives a context that counts down from the timeout', async () => {
    const about = await host('about').invoke({})
    expect(about).toMatchObject({ functionName: 'fixture', hasRequestId: true })
    expect((about as { remaining: number }).remaining).toBeGreaterThan(3000)
    expect((about as { remaining: number }).remaining).toBeLessThanOrEqual(5000)
  })

  it('runs several invocations at once and keeps the module between them', async () => {
    const count = host('count')
    await count.prewarm()
    expect(await Promise.all([200, 200, 200].map((ms) => count.invoke({ ms })))).toEqual([3, 3, 3])
  })

  it('rejects with the type of what the handler threw', async () => {
    await expect(host('fail').invoke({})).rejects.toMatchObject({ errorType: 'RangeError' })
    expect(lines.join()).toContain('RangeError')
  })

  it('passes on what the function prints, under its name', async () => {
    await host('say').invoke({ line: 'one line' })
    await expect.poll(() => lines).toEqual(['fixture one line', 'fixture one line'])
  })

  it('kills a function that is late, and starts it anew for the next event', async () => {
    const spin = host('spin', { timeoutSeconds: 0.3 })
    await expect(spin.invoke({ spin: true })).rejects.toMatchObject({ errorType: 'Sandbox.Timedout' })
    expect(await spin.invoke({ spin: false })).toBe('not spinning')
  })

  it('lets nothing of a late function run on', async () => {
    await expect(host('tick', { timeoutSeconds: 0.3 }).invoke({})).rejects.toThrow('timed out')
    await pause(100)
    const heard = lines.length
    expect(heard).toBeGreaterThan(1)
    await pause(200)
    expect(lines).toHaveLength(heard)
  })

  it('rejects all that is in flight when the worker crashes', async () => {
    const crash = host('crash')
    const calls = await Promise.allSettled([crash.invoke({}), crash.invoke({})])
    expect(calls.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  it('rejects when the module is not there, and does not hang', async () => {
    await expect(host('none').invoke({})).rejects.toMatchObject({ errorType: 'Runtime.ExitError' })
    await expect(host('echo', { module: 'file:///none.ts' }).prewarm()).rejects.toThrow()
  })
})
