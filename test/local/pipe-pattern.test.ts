import { describe, expect, it } from 'vitest'
import { fillTemplate, matches, type Pattern } from '../../infra/local/events/pipe-pattern.ts'
import { PIPE } from '../../infra/wiring.ts'

const record = (image: object, eventName = 'MODIFY') => ({ eventName, dynamodb: { NewImage: image } })
const row = { sk: { S: 'META' }, state: { S: 'ready' }, requestKey: { S: 'abc' } }

describe('matches', () => {
  it.each<[string, Pattern, unknown, boolean]>([
    ['a literal', { a: ['x', 'y'] }, { a: 'y' }, true],
    ['another literal', { a: ['x', 'y'] }, { a: 'z' }, false],
    ['a missing key', { a: ['x'] }, {}, false],
    ['a nested key', { a: { b: ['x'] } }, { a: { b: 'x', c: 1 } }, true],
    ['a nested key of something else', { a: { b: ['x'] } }, { a: 'x' }, false],
    ['any of the values of a list', { a: ['x'] }, { a: ['w', 'x'] }, true],
    ['a number, not its text', { a: [1] }, { a: '1' }, false],
    ['all keys, not one of them', { a: ['x'], b: ['y'] }, { a: 'x', b: 'z' }, false],
    ['a prefix', { a: [{ prefix: 'ab' }] }, { a: 'abc' }, true],
    ['another prefix', { a: [{ prefix: 'ab' }] }, { a: 'cab' }, false],
    ['what must exist', { a: [{ exists: true }] }, { a: 0 }, true],
    ['what must not exist', { a: [{ exists: false }] }, { a: 0 }, false],
    ['what must not exist and does not', { a: [{ exists: false }] }, {}, true],
    ['anything but', { a: [{ 'anything-but': ['x'] }] }, { a: 'y' }, true],
    ['anything but this', { a: [{ 'anything-but': 'x' }] }, { a: 'x' }, false],
    ['no inherited property', { constructor: { name: ['Object'] } }, {}, false],
  ])('compares %s', (_, pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected)
  })

  it('refuses a matcher it does not know instead of passing everything', () => {
    const pattern = { a: [{ numeric: ['>', 0] }] } as unknown as Pattern
    expect(() => matches(pattern, { a: 1 })).toThrow(TypeError)
  })
})

describe('the pipe of the wiring', () => {
  it('passes a row that is ready', () => {
    expect(matches(PIPE.filter, record(row))).toBe(true)
  })

  it.each([
    ['another state', record({ ...row, state: { S: 'erasing' } })],
    ['another item', record({ ...row, sk: { S: 'LOG#1' } })],
    ['a deletion', { eventName: 'REMOVE', dynamodb: { OldImage: row } }],
  ])('drops %s', (_, event) => {
    expect(matches(PIPE.filter, event)).toBe(false)
  })

  it('makes a message of the request key and nothing else', () => {
    expect(fillTemplate(PIPE.inputTemplate, record(row))).toBe('{"request":"abc"}')
  })
})

describe('fillTemplate', () => {
  it('keeps the message JSON, whatever the value holds', () => {
    expect(JSON.parse(fillTemplate('{"a":"<$.v>"}', { v: 'say "hi"\n' }))).toEqual({ a: 'say "hi"\n' })
  })

  it('puts a value outside quotes in as JSON', () => {
    expect(fillTemplate('{"a":<$.v>,"b":<$.none>}', { v: { x: [1] } })).toBe('{"a":{"x":[1]},"b":null}')
  })
})
