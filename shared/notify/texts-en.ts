import type { Texts } from './texts.ts'

export const en: Texts = {
  subjects: {
    confirm: ({ name }) => `Please confirm your deletion request – ${name}`,
    confirmed: ({ name }) => `Your deletion request is confirmed – ${name}`,
    extended: ({ name }) => `Your deletion request takes longer – ${name}`,
    done: ({ name }) => `Your deletion request is complete – ${name}`,
    refused: ({ name }) => `About your deletion request – ${name}`,
  },
  confirm: {
    asked: ({ name }) =>
      `Somebody, you most likely, has asked ${name} to delete the data that belongs to this email address. To show that it was you, open the link below and confirm on that page. Nothing is deleted before you do.`,
    link: 'Confirm the request:',
    linkEnds: (day) => `This link works until ${day}.`,
    what: 'Once you have confirmed, and if we hold data that belongs to this address, we look for these kinds of it and delete them:',
    kept: 'What a law makes us keep is kept, and the status page will say why.',
    notYou:
      'If it was not you, you need not do anything: nothing is deleted, and the request expires by itself.',
  },
  confirmed: {
    thanks: ({ name }) => `${name} has received your confirmation.`,
    starts: (day) => `The deletion begins on ${day}. Until then you can take the request back.`,
    startsNow:
      'The deletion begins at once. You can take the request back only as long as nothing has been deleted.',
    due: (day) => `It will be done by ${day} at the latest. We write to you when it is.`,
    withdraw: 'Take the request back:',
  },
  done: {
    done: ({ name }) =>
      `${name} has carried out your request, and has looked again to be sure that nothing was left out.`,
    nothingFound: ({ name }) =>
      `${name} has looked for records that belong to this email address and found none, so there was nothing to do.`,
    erased: 'Deleted:',
    redacted: 'Still there because others share them, but without the details about you:',
    retained: 'Kept:',
    keptUntil: (what, because, day) => `${what}. ${because}${day === undefined ? '' : ` Kept until ${day}.`}`,
    backups: (day) => `Data in backups runs out by ${day} at the latest.`,
    backupsUnknown: 'Backups may hold data for some time still; until when is not known.',
    otherAddress: ({ contactEmail }) =>
      `If you use another email address with us, too, send a request from there, or write to ${contactEmail}.`,
  },
  extended: {
    extended: ({ name }) => `${name} is working on your request and needs more time for it.`,
    due: (day) => `It will be done by ${day} at the latest. We write to you when it is.`,
    complain: ({ contactEmail }) =>
      `If you disagree, write to ${contactEmail}. You can also complain to the data protection authority where you live.`,
  },
  refused: {
    decided: ({ name }) => `${name} has looked at your request and decided not to carry it out.`,
    refused: ({ name }) =>
      `${name} has looked at your request and decided not to carry it out, because a law or another legitimate reason does not allow it. The status page says more.`,
    complain: ({ contactEmail }) =>
      `If you disagree, write to ${contactEmail}. You can also complain to the data protection authority where you live.`,
  },
  code: 'Confirmation code:',
  status: 'See how far it has come:',
  closing: ({ name, postalAddress, contactEmail }) =>
    `${name}, ${postalAddress}. This mail was sent by a machine; please send questions to ${contactEmail}.`,
}
