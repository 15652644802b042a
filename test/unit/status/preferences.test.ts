import { describe, expect, it } from 'vitest'
import { acceptedLocale, askedLocale, prefersJson } from '../../../shared/status/preferences.ts'

describe('acceptedLocale', () => {
  it.each([
    [undefined, 'vi'],
    ['', 'vi'],
    ['en', 'en'],
    ['EN-gb', 'en'],
    ['vi-VN,vi;q=0.9,en;q=0.8', 'vi'],
    ['en;q=0.4, vi;q=0.6', 'vi'],
    ['vi;q=0.4, en;q=0.6', 'en'],
    ['fr-FR, en;q=0.1', 'en'],
    ['fr-FR, de', 'vi'],
    ['fr, *;q=0.5', 'vi'],
    ['en;q=0, fr', 'vi'],
    ['english, vietnamese', 'vi'],
    ['<script>,;;q=x', 'vi'],
  ])('reads %j as %s', (header, locale) => {
    expect(acceptedLocale(['vi', 'en'], header)).toBe(locale)
  })

  it('falls back to the first language, whichever that is', () => {
    expect(acceptedLocale(['en', 'vi'], 'fr')).toBe('en')
  })

  it('never answers in a language the pages do not have', () => {
    expect(acceptedLocale(['vi'], 'en')).toBe('vi')
  })
})

describe('askedLocale', () => {
  it.each([
    ['en', 'en'],
    ['vi', 'vi'],
    ['EN', undefined],
    ['vi,en', undefined],
    ['', undefined],
    ['constructor', undefined],
    [undefined, undefined],
  ])('reads %j as %s', (lang, locale) => {
    expect(askedLocale(['vi', 'en'], lang)).toBe(locale)
  })
})

describe('prefersJson', () => {
  it.each([
    ['application/json'],
    ['Application/JSON; charset=utf-8'],
    ['application/json, text/plain, */*'],
    ['application/*'],
    ['text/html;q=0.5, application/json'],
    ['text/*;q=0.5, application/json;q=0.6'],
    ['text/html;q=0, */*'],
    ['text/html;q=0.1, */*;q=0.2'],
  ])('gives JSON for %j', (accept) => {
    expect(prefersJson(accept)).toBe(true)
  })

  it.each([
    [undefined],
    [''],
    ['*/*'],
    ['*/*;q=0.1'],
    ['text/html'],
    ['text/plain'],
    ['text/html, application/json'],
    ['application/json, text/html'],
    ['application/json;q=0.9, text/html'],
    ['application/json;q=0'],
    ['application/json;q=0, */*'],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'],
  ])('gives a page for %j', (accept) => {
    expect(prefersJson(accept)).toBe(false)
  })
})
