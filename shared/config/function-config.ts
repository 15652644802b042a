/** The part of the configuration that each function reads: the `config.json` beside its code. */
import type { DataMap, Locale, Scope } from '../data-map/data-map.ts'
import type { IsoDuration } from '../data-map/retention.ts'
import type { Deauthorize, DeletionConfig, EmailRequests, MetaApp, Organization } from './define.ts'
import type { Promises } from './page-promises.ts'

export interface CallbackConfig {
  readonly apps: Readonly<
    Record<
      string,
      {
        readonly product: MetaApp['product']
        readonly identity: string
        readonly scope: Scope
        /** How long after removing the app a person is erased. Absent: never. */
        readonly eraseAfter?: IsoDuration
      }
    >
  >
  readonly timeZone: string
  /** Of the configured jurisdictions; the earliest sets `dueAt`. */
  readonly deadlines: readonly IsoDuration[]
  readonly reviewOlderThanDays: number
}

export interface StatusConfig {
  readonly organization: Organization
  readonly locales: DeletionConfig['locales']
  readonly categories: DataMap['categories']
  readonly reasons: DataMap['reasons']
  /** The routes that exist, in API Gateway's notation. */
  readonly routes: readonly string[]
  readonly promises: Promises
  /** The address that takes requests by mail, if any does. */
  readonly requestAddress?: string
  readonly recipients: readonly Told[]
}

/** A recipient that a holding tells to delete the person's data. */
export interface Told {
  readonly name: string
  readonly holding: string
  readonly scope: Scope
  /** A person tells it, and an operator confirms that. */
  readonly isTask: boolean
}

/** For requests by email and by the form. */
export interface EmailIntakeConfig {
  /** The address that takes requests. */
  readonly address: string
  readonly identity: string
  readonly locales: DeletionConfig['locales']
  readonly deadlines: readonly IsoDuration[]
  readonly confirmWithin: IsoDuration
}

export interface RequestFormConfig extends StatusConfig {
  readonly email: EmailIntakeConfig
}

export interface ConfirmConfig extends StatusConfig {
  /** A duration, or `none`. */
  readonly coolingOff: IsoDuration
  readonly keepRequests: IsoDuration
}

export interface NotifyConfig {
  readonly organization: Organization
  readonly categories: DataMap['categories']
  /** The keys of `categories` that are deleted. */
  readonly erased: readonly string[]
  readonly reasons: DataMap['reasons']
  /** The address that mails come from. */
  readonly address: string
  /** The address for replies, if `address` receives no mail. */
  readonly replyTo?: string
  readonly confirmWithin: IsoDuration
  readonly answersPerDay: number
}

export interface EraseConfig {
  readonly dataMap: DataMap
  readonly mapHash: string
  readonly keepRequests: IsoDuration
  readonly journalDays: number
  /** How many erasers work at once, and share the pace of each table. */
  readonly workers: number
  readonly timeZone: string
  /** What becomes of people who remove these apps. */
  readonly deauthorize: Readonly<Record<string, Deauthorize>>
}

export interface RetentionConfig {
  readonly dataMap: DataMap
  /** The language of mails to people who have not made a request. */
  readonly locale: Locale
  readonly workers: number
  readonly timeZone: string
  /** Of the configured jurisdictions; the earliest sets `dueAt`. */
  readonly deadlines: readonly IsoDuration[]
}

export interface SweepConfig {
  readonly keepRequests: IsoDuration
}

export interface ViewConfig {
  readonly dataMap: DataMap
  readonly mapHash: string
  readonly workers: number
  readonly apps: Readonly<Record<string, Pick<MetaApp, 'appId' | 'identity' | 'scope'>>>
  /** How long the links in mails work. Absent without `email`. */
  readonly links?: { readonly confirmWithin: IsoDuration; readonly coolingOff: IsoDuration }
}

export interface OperateConfig {
  readonly dataMap: DataMap
  readonly mapHash: string
  /** Of the configured jurisdictions; the earliest sets `dueAt`. */
  readonly deadlines: readonly IsoDuration[]
  readonly keepRequests: IsoDuration
  /** The one extension that each configured jurisdiction allows. */
  readonly extensions: readonly IsoDuration[]
  readonly apps: ViewConfig['apps']
  readonly journalDays: number
  readonly timeZone: string
  readonly workers: number
}

export const keepRequests = ({ keep }: DeletionConfig): IsoDuration => keep?.requests ?? 'P24M'
export const coolingOff = (email: EmailRequests): IsoDuration => email.coolingOff ?? 'PT24H'
export const confirmWithin = (email: EmailRequests): IsoDuration => email.confirmWithin ?? 'P7D'
