// Buying without JavaScript, as a visitor does it: on a phone in French, on a desktop in English.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { desktop, fillAddress, findFaults, goToCheckout, openBrowser, openShop, openVisitor, payAndConfirm, phone, press, skipUnlessPossible } from './support.mjs'

skipUnlessPossible()
let shop
let browser

before(async () => {
  shop = await openShop()
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  await shop?.close()
})

const words = {
  fr: {
    day: /(lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) \d{1,2}(er)? [a-zéû]+/,
    by: 'Chez vous au plus tard le', held: /Réservé pour vous jusqu’à\s+(\S+ \d{1,2}(er)? \S+, )?\d{1,2}\sh\s\d{2}/, confirmed: 'Commande confirmée',
    cancelled: 'Commande annulée', price: '29,90 €', total: '36,80 €'
  },
  en: {
    day: /(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday) \d{1,2} [A-Z][a-z]+/,
    by: 'With you by', held: /Held for you until\s+(\S+ \d{1,2} \S+, )?\d{2}:\d{2}/, confirmed: 'Order confirmed',
    cancelled: 'Order cancelled', price: '€29.90', total: '€36.80'
  }
}

const plain = text => text.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ')
const bodyOf = async page => plain(await page.innerText('body'))

for (const [language, viewport, device] of [['fr', phone, 'phone'], ['en', desktop, 'desktop'], ['fr', { width: 320, height: 600 }, 'small phone']]) {
  test(`buys from the moment page, ${language}, ${device}`, async () => {
    const visitor = await openVisitor(browser, shop, { language, viewport })
    const { page } = visitor
    const say = words[language]
    const look = async () => assert.deepEqual(await findFaults(page), [], page.url())

    await page.goto('/')
    assert.equal(await page.getAttribute('html', 'lang'), language)
    const card = plain(await page.innerText('.card >> nth=0'))
    assert.ok(card.includes(say.price), card)
    assert.ok(card.includes(say.by), card)
    assert.match(card, say.day)
    await look()

    await press(page, '.card >> nth=0 >> button.buy')
    assert.match(page.url(), /\/checkout$/)
    await look()
    assert.ok((await bodyOf(page)).includes(say.total))
    await fillAddress(page)
    await press(page, 'button.buy')

    assert.match(page.url(), /\/orders\/[0-9a-z]{24}$/)
    const held = await bodyOf(page)
    assert.match(held, say.held)
    assert.match(held, say.day)
    assert.ok(held.includes(say.total))
    await look()

    await payAndConfirm(page)
    const confirmed = await bodyOf(page)
    assert.ok(confirmed.includes(say.confirmed), confirmed)
    assert.ok(!say.held.test(confirmed))
    await look()

    await page.goto('/cart')
    assert.equal(await page.locator('table').count(), 0, 'the cart is empty after buying')
    await look()
    await visitor.done()
  })
}

test('the held time is hold_minutes from now, in the shop’s zone', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en' })
  const { page } = visitor
  await goToCheckout(page, 'jar')
  await fillAddress(page)
  const before = Date.now()
  await press(page, 'button.buy')
  const shown = (await bodyOf(page)).match(/Held for you until\s+(.*\d{2}:\d{2})/)
  const inParis = (at, options) => new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', ...options }).format(at).replace(',', '')
  const dayOf = at => inParis(at, { weekday: 'long', day: 'numeric', month: 'long' })
  // With its day where midnight comes first.
  const expected = [before, Date.now()].map(at => {
    const end = at + 20 * 60000
    const clock = inParis(end, { hour: '2-digit', minute: '2-digit' })
    return dayOf(end) === dayOf(at) ? clock : `${dayOf(end)}, ${clock}`
  })
  assert.ok(expected.includes(shown[1]), `${shown[0]} is none of ${expected}`)
  await visitor.done()
})

test('cancels an order on its page', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en' })
  const { page } = visitor
  await goToCheckout(page, 'jar')
  await fillAddress(page)
  await press(page, 'button.buy')
  await payAndConfirm(page)
  await page.click('details summary')
  await press(page, 'form[action$="/cancel"] button')
  const body = await bodyOf(page)
  assert.ok(body.includes(words.en.cancelled), body)
  assert.equal(await page.locator('form[action$="/cancel"]').count(), 0)
  assert.deepEqual(await findFaults(page), [])
  await visitor.done()
})

test('the same form sent twice is one order, and a second confirmation changes nothing', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en' })
  const { page } = visitor
  await goToCheckout(page, 'jar')
  await fillAddress(page)
  const form = await page.$$eval('form input[name]', inputs => Object.fromEntries(inputs.map(input => [input.name, input.value])))
  const send = () => page.request.post('/checkout', { form, maxRedirects: 0 })
  const answers = await Promise.all([send(), send(), send()])
  const places = new Set(answers.map(answer => answer.headers().location))
  assert.deepEqual(answers.map(answer => answer.status()), [303, 303, 303])
  assert.equal(places.size, 1, [...places].join(' '))
  const [place] = places
  for (let i = 0; i < 2; i++) {
    const confirmed = await page.request.post(`${place}/confirm`, { maxRedirects: 0 })
    assert.equal(confirmed.status(), 303)
  }
  await page.goto(place)
  assert.ok((await bodyOf(page)).includes(words.en.confirmed))
  const other = await page.request.post('/checkout', { form: { ...form, name: 'Somebody Else' }, maxRedirects: 0 })
  assert.equal(other.status(), 409, 'the same key with other contents')
  await visitor.done()
})

test('going back and holding again replaces the hold instead of adding to it', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en' })
  const { page } = visitor
  await page.goto('/offers/rare')
  await page.fill('#quantity', '3') // all that there are
  await press(page, 'button.buy')
  for (let i = 0; i < 2; i++) {
    await page.goto('/checkout')
    await fillAddress(page)
    await press(page, 'button.buy')
    assert.match(page.url(), /\/orders\//, `hold ${i + 1}`)
  }
  await page.click('details summary')
  await press(page, 'form[action$="/cancel"] button')
  await visitor.done()
})

test('a service needs no address and has no shipping', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en' })
  const { page } = visitor
  await page.goto('/offers/visit')
  const offer = await bodyOf(page)
  assert.ok(offer.includes('Workshop visit <b>'), 'markup in a name stays text')
  assert.ok(offer.includes('Takes place by'))
  await press(page, 'button.buy')
  await press(page, 'a.buy')
  assert.equal(await page.locator('[name="street"]').count(), 0)
  await fillAddress(page)
  await press(page, 'button.buy')
  assert.match(page.url(), /\/orders\//)
  await visitor.done()
})
