import { describe, expect, it } from 'vitest'
import { allowedMethods } from '../../../functions/status.ts'
import { statusConfig } from '../../fixtures/companies/status.ts'

describe('allowedMethods', () => {
  it.each([
    ['/', ['GET', 'HEAD']],
    ['/status', ['GET', 'HEAD']],
    ['/status/anything', ['GET', 'HEAD']],
    ['/meta/shop/data-deletion', ['GET', 'HEAD', 'POST']],
    ['/status/', []],
    ['/status/a/b', []],
    ['/meta/data-deletion', []],
    ['/STATUS', []],
    ['/$default', []],
    ['', []],
  ])('of %j are %j', (path, methods) => {
    expect(allowedMethods(statusConfig().routes, path)).toEqual(methods)
  })
})
