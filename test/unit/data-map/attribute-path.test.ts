import { describe, expect, it } from 'vitest'
import { isAttributePath, parsePath, valuesAt } from '../../../shared/data-map/attribute-path.ts'

const item = {
  userId: { S: 'u1' },
  no: { N: '7' },
  profile: { M: { email: { S: 'a@x.example' } } },
  orders: { L: [{ M: { no: { S: 'o1' } } }, { M: { no: { N: '2' } } }, { M: {} }] },
  emails: { SS: ['a@x.example', 'b@x.example'] },
  large: { N: '1E+20' },
  numbers: { NS: ['1', '2'] },
  grid: { L: [{ L: [{ S: 'x' }, { S: 'y' }] }, { L: [] }] },
  gone: { NULL: true },
  device: { B: Uint8Array.of(1, 255) },
  devices: { BS: [Uint8Array.of(1), Uint8Array.of(2)] },
}

describe('valuesAt', () => {
  it.each([
    ['userId', ['u1']],
    ['no', ['7']],
    ['large', ['100000000000000000000']],
    ['profile.email', ['a@x.example']],
    ['orders[*].no', ['o1', '2']],
    ['emails[*]', ['a@x.example', 'b@x.example']],
    ['numbers[*]', ['1', '2']],
    ['grid[*][*]', ['x', 'y']],
    ['missing', []],
    ['gone', []],
    ['gone[*]', []],
    ['profile.phone', []],
    ['missing[*].no', []],
  ])('finds what %s leads to', (path, values) => {
    expect(valuesAt(item, parsePath(path))).toEqual(values)
  })

  it.each(['emails', 'orders', 'profile', 'userId[*]', 'userId.no', 'orders[*]', 'grid[*]'])(
    'says that %s ends at what is no text, instead of passing over it',
    (path) => {
      const values = valuesAt(item, parsePath(path))
      expect(values.length).toBeGreaterThan(0)
      expect(new Set(values)).toEqual(new Set([undefined]))
    },
  )
})

describe('valuesAt, of an identity of bytes', () => {
  const bytesAt = (path: string) => valuesAt(item, parsePath(path), { binary: true })

  it('gives bytes as base64', () => {
    expect(bytesAt('device')).toEqual(['Af8='])
    expect(bytesAt('devices[*]')).toEqual(['AQ==', 'Ag=='])
  })

  it('takes no text for bytes, nor bytes for a text', () => {
    expect(bytesAt('userId')).toEqual([undefined])
    expect(valuesAt(item, parsePath('devices[*]'))).toEqual([undefined, undefined])
  })
})

describe('isAttributePath', () => {
  it.each(['', '.a', 'a.', 'a..b', 'a[0]', 'a[]', '[*]', 'a[*', 'a[*]b', 'a[{b}]', 'a.{b}'])(
    'refuses %j',
    (text) => {
      expect(isAttributePath(text)).toBe(false)
      expect(() => parsePath(text)).toThrow(TypeError)
    },
  )
})
