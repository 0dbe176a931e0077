// When: the times of a class and of an appointment, a later day for a parcel, a hold that is paid for, extended or paid for too late, and a
// date that is moved or broken. Without JavaScript, as always.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { desktop, fillAddress, findFaults, openBrowser, openShop, openVisitor, payAndConfirm, press, skipUnlessPossible } from './support.mjs'

skipUnlessPossible()

const day = after => new Date(Date.now() + after * 86400000).toISOString().slice(0, 10)
const shopText = rules => `
shop: {name: Atelier du Quai, currency: EUR, time_zone: UTC, locale: fr}
promise: {horizon_days: 60, max_days: 50, ${rules}}
calendars:
  always: {open: {mon-sun: "00:00-24:00"}}
  evening: {open: {mon-sun: "18:30-21:00"}}
work_centers: {packing: {people: 3, calendar: always}, school: {people: 1, calendar: evening}, fitting: {people: 1, calendar: always}}
items:
  jar: {on_hand: 1000, unit_cost: 1.00}
  lamp: {on_hand: 5, unit_cost: 1.00}
  rare: {on_hand: 1, unit_cost: 1.00}
receipts: [{item: lamp, quantity: 5, due: ${day(20)}}]
carriers: {post: {cut_off: "23:59", collects: mon-sun, transit_days: 2, delivers: mon-sun, charge: 6.90, vat_rate: 20}}
offers:
  crepes: {name: {fr: "Atelier crêpes", en: "Crêpe class"}, price: 45.00, vat_rate: 20, on_site: true, seats: 4,
           routing: [{work_center: school, minutes: 150, whole: true}]}
  essayage: {name: {fr: "Essayage", en: "Fitting"}, price: 5.00, vat_rate: 20, on_site: true,
             routing: [{work_center: fitting, minutes: 30, whole: true, start_every: 30}]}
  jar: {name: {fr: "Crème de caramel", en: "Caramel cream"}, price: 29.90, vat_rate: 5.5, carrier: post, items: {jar: 1},
        routing: [{work_center: packing, minutes: 1}]}
  lamp: {name: {fr: "Lampe", en: "Lamp"}, price: 50.00, vat_rate: 20, carrier: post, items: {lamp: 1}}
  rare: {name: {fr: "Pièce rare", en: "Rare piece"}, price: 120.00, vat_rate: 20, carrier: post, items: {rare: 1}}
`
const narrow = { width: 390, height: 844 }
let shop
let quick
let brief
let browser

before(async () => {
  shop = await openShop({ shopText: shopText('hold_minutes: 15, payment_minutes: 35') })
  quick = await openShop({ shopText: shopText('hold_minutes: 0.05, payment_minutes: 0') })
  brief = await openShop({ shopText: shopText('hold_minutes: 0.5, payment_minutes: 0.5') })
  browser = await openBrowser()
})
after(async () => {
  await browser?.close()
  await shop?.close()
  await quick?.close()
  await brief?.close()
})

const inWords = (iso, language = 'en') => new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'fr-FR',
  { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(iso)).replace(',', '').replace(/ 1 /, language === 'fr' ? ' 1er ' : ' 1 ')
const mainOf = async page => (await page.innerText('main')).replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ')
const looksGood = async page => assert.deepEqual(await findFaults(page), [], page.url())
const instantOf = (iso, time) => String(Date.parse(`${iso}T${time}:00Z`) / 1000)

async function hold(page) {
  await page.goto('/checkout')
  await looksGood(page)
  await fillAddress(page)
  await press(page, 'main form button.buy')
  assert.match(page.url(), /\/orders\/[0-9a-z]{24}$/)
}

for (const [language, viewport] of [['fr', narrow], ['en', desktop]]) {
  test(`a class at the time that was chosen, and a parcel beside it, ${language}`, async () => {
    const visitor = await openVisitor(browser, shop, { language, viewport })
    const { page } = visitor
    const wanted = day(language === 'fr' ? 5 : 7)
    await page.goto('/offers/jar')
    await press(page, 'button.buy')
    await page.goto(`/offers/crepes/times?from=${wanted}`)
    await looksGood(page)
    await page.check(`input[name="at"][value="${instantOf(wanted, '18:30')}"]`)
    await press(page, 'main form[method="post"] button.buy')
    const times = language === 'fr' ? '18 h 30 – 21 h 00' : '18:30–21:00'
    const shown = `${inWords(wanted, language)}, ${times}`
    const cart = await mainOf(page)
    assert.ok(cart.includes(shown), cart)
    assert.ok(cart.includes(language === 'fr' ? 'Chez vous au plus tard le' : 'With you by'), cart)
    assert.equal(await page.locator('.part').count(), 2, 'each with its own date')
    assert.equal(await page.locator('[role="alert"]').count(), 0)
    await looksGood(page)
    await hold(page)
    const held = await mainOf(page)
    assert.ok(held.includes(shown), held)
    await looksGood(page)
    await payAndConfirm(page)
    const confirmed = await mainOf(page)
    assert.ok(confirmed.includes(shown), confirmed)
    assert.ok(confirmed.includes(language === 'fr' ? 'Commande confirmée' : 'Order confirmed'), confirmed)
    await looksGood(page)
    // Its seat is taken, on the page of times as soon as a second is over.
    await new Promise(resolve => setTimeout(resolve, 1100))
    await page.goto(`/offers/crepes/times?from=${wanted}`)
    assert.match(await page.innerText('.day >> nth=0'), /3 places/)
    await visitor.done()
  })
}

test('the offer’s own page shows its next times, and leads to another day and to more places', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en', viewport: narrow })
  const { page } = visitor
  await page.goto('/offers/essayage')
  await looksGood(page)
  assert.equal(await page.locator('input[name="at"]').count(), 6)
  assert.equal(await page.locator('input[name="at"]:checked').count(), 1)
  await page.fill('input[name="from"]', day(10))
  await press(page, '.jump button')
  await looksGood(page)
  assert.equal(await page.locator('input[name="at"]').count(), 12)
  assert.equal(await page.inputValue('input[name="at"] >> nth=0'), instantOf(day(10), '00:00'))
  await press(page, 'main article form a')
  assert.equal(await page.inputValue('input[name="at"] >> nth=0'), instantOf(day(10), '06:00'))
  await page.goto(`/offers/crepes/times?from=${day(1)}&quantity=5`)
  await looksGood(page)
  assert.ok((await mainOf(page)).includes('No free time'))
  assert.equal(await page.locator('input[name="at"]').count(), 0)
  for (const odd of ['?from=soon', '?from=2026-02-31&quantity=0', '?quantity=1000000', '?at=-5', '?from=%ff']) {
    await page.goto(`/offers/crepes/times${odd}`)
    assert.ok(await page.locator('input[name="at"]').count() > 0, odd)
  }
  visitor.expectStatus(404)
  for (const none of ['/offers/jar/times', '/offers/nothing/times', '/offers//times']) {
    assert.equal((await page.goto(none)).status(), 404, none)
  }
  await visitor.done()
})

test('a time that somebody else took meanwhile: the cart says so and shows the next', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en', viewport: desktop })
  const { page } = visitor
  const wanted = day(12)
  await page.goto(`/offers/crepes/times?from=${wanted}&quantity=2`)
  await press(page, 'main form[method="post"] button.buy')
  assert.ok((await mainOf(page)).includes(inWords(wanted)))
  const booked = await page.request.post('/ecluse/api/v1/orders', {
    data: { lines: [{ offer: 'crepes', quantity: 3 }], want: `${wanted}T18:30`, customer: { name: 'Yann', email: 'yann@example.org' } }
  })
  assert.equal(booked.status(), 201)
  await page.goto('/cart')
  const cart = await mainOf(page)
  assert.match(await page.innerText('[role="alert"]'), /no longer has enough places/)
  assert.ok(cart.includes(inWords(day(13))), cart)
  await looksGood(page)
  await hold(page)
  assert.match(await page.innerText('[role="alert"]'), /no longer has enough places/, 'the hold says so too')
  assert.ok((await mainOf(page)).includes(inWords(day(13))))
  await looksGood(page)
  await page.goto('/cart')
  await page.click('details.later summary')
  await looksGood(page)
  await page.check(`input[name="at"][value="${instantOf(day(14), '18:30')}"]`)
  await press(page, 'details.later button')
  assert.equal(await page.locator('[role="alert"]').count(), 0)
  assert.ok((await mainOf(page)).includes(inWords(day(14))), await mainOf(page))
  assert.equal(await page.inputValue('input[name="units-crepes"]'), '2')
  await page.click('details.later summary')
  assert.equal(await page.inputValue('input[name="at"]:checked'), instantOf(day(14), '18:30'))
  await press(page, 'details.later a')
  assert.equal(await page.inputValue('input[name="quantity"] >> nth=0'), '2')
  await visitor.done()
})

test('a parcel for a later day, and as soon as possible again', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en', viewport: narrow })
  const { page } = visitor
  await page.goto('/offers/jar')
  await page.click('details.later summary')
  await page.fill('input[name="day"]', day(15))
  await press(page, 'button.buy')
  assert.ok((await mainOf(page)).includes(`With you by\n${inWords(day(15))}`), await mainOf(page))
  assert.equal(await page.inputValue('#day'), day(15))
  await looksGood(page)
  await page.fill('#day', day(18))
  await press(page, '.want button')
  assert.ok((await mainOf(page)).includes(inWords(day(18))))
  assert.equal(await page.locator('[role="alert"]').count(), 0)
  await hold(page)
  assert.ok((await mainOf(page)).includes(inWords(day(18))))
  await page.goto('/cart')
  await page.check('input[value="soonest"]')
  await press(page, '.want button')
  const soon = await mainOf(page)
  assert.equal(await page.locator('[role="alert"]').count(), 0)
  assert.ok(!soon.includes(inWords(day(18))), soon)
  assert.equal(await page.inputValue('#day'), '')
  await page.fill('#day', day(0))
  await page.check('input[value="later"]')
  await press(page, '.want button')
  assert.match(await page.innerText('[role="alert"]'), /cannot make the day/)
  visitor.expectStatus(422)
  for (const form of [{ action: 'want', day: 'soon' }, { action: 'add', offer: 'crepes', at: 'noon' }, { action: 'add', offer: 'crepes', at: '99999999999999' }]) {
    assert.equal((await page.request.post('/cart', { form, maxRedirects: 0 })).status(), 422, JSON.stringify(form))
  }
  await page.request.post('/cart', { form: { action: 'want', day: day(200) }, maxRedirects: 0 })
  await page.goto('/cart')
  assert.match(await page.innerText('[role="alert"]'), /too far away.*60 days ahead/s)
  await looksGood(page)
  await visitor.done()
})

test('a hold says until when, lasts longer once payment has begun, and can be extended', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en', viewport: narrow })
  const { page } = visitor
  await page.goto('/offers/jar')
  await press(page, 'button.buy')
  await hold(page)
  const order = page.url()
  const until = async () => (await page.innerText('.held strong')).trim()
  const first = await until()
  assert.ok((await mainOf(page)).includes('the reservation ends by itself'))
  assert.equal(await page.locator('form[action$="/extend"]').count(), 0, 'more time would give none yet')
  assert.equal(await page.locator('form[action$="/confirm"]').count(), 0, 'payment comes first')
  await press(page, 'form[action$="/pay"] button')
  assert.match(page.url(), /\?step=payment$/)
  await looksGood(page)
  const minutes = until => Number(until.slice(-5, -3)) * 60 + Number(until.slice(-2)) // before midnight, the day stands before it
  const longer = (minutes(await until()) - minutes(first) + 1440) % 1440
  assert.ok(longer >= 19 && longer <= 21, `${first} and then ${await until()}`)
  const extended = await page.request.post(order + '/extend', { maxRedirects: 0 })
  assert.equal(extended.status(), 303)
  await page.goto(order)
  assert.equal(await page.locator('form[action$="/pay"]').count(), 1)
  await payAndConfirm(page)
  assert.ok((await mainOf(page)).includes('it is yours, and its date is reserved'))
  assert.equal(await page.locator('.held').count(), 0)
  await visitor.done()
})

test('whoever needs more time can ask for it once some is over', async () => {
  const visitor = await openVisitor(browser, brief, { language: 'fr', viewport: narrow })
  const { page } = visitor
  await page.goto('/offers/jar')
  await press(page, 'button.buy')
  await hold(page)
  for (let i = 0; i < 40 && await page.locator('form[action$="/extend"]').count() === 0; i++) {
    await page.waitForTimeout(250)
    await page.reload()
  }
  await looksGood(page)
  await press(page, 'form[action$="/extend"] button')
  assert.equal(await page.locator('form[action$="/extend"]').count(), 0, 'it was extended to the full time again')
  assert.equal(await page.locator('.held').count(), 1)
  await visitor.done()
})

async function expire(page, offer) {
  await page.goto(`/offers/${offer}`)
  await press(page, 'button.buy')
  await page.goto('/checkout')
  await fillAddress(page)
  await press(page, 'main form button.buy')
  const order = page.url()
  for (let i = 0; i < 50 && !(await mainOf(page)).includes('Reservation ended'); i++) {
    await page.waitForTimeout(200)
    await page.goto(order)
  }
  assert.ok((await mainOf(page)).includes('The reservation has ended'))
  await looksGood(page)
}

test('a late confirmation finds its place again, or is refused in words', async () => {
  const visitor = await openVisitor(browser, quick, { language: 'en', viewport: narrow })
  const { page } = visitor
  await expire(page, 'jar')
  await press(page, 'form[action$="/confirm"] button')
  const found = await mainOf(page)
  assert.ok(found.includes('everything was still free: your order is confirmed'), found)
  assert.ok(found.includes('Order confirmed'), found)
  await looksGood(page)
  await expire(page, 'rare')
  const taken = quick.run('order', 'rare=1', '--email', 'first@example.org')
  assert.equal(taken.status, 0, taken.stderr)
  await press(page, 'form[action$="/confirm"] button')
  const gone = await mainOf(page)
  assert.ok(gone.includes('Too late'), gone)
  assert.ok(gone.includes('nothing is charged'), gone)
  assert.equal(await page.locator('form[action$="/confirm"]').count(), 0)
  await looksGood(page)
  await visitor.done()
})

test('a date that was moved stands beside the first one, with its reason; a broken promise is called one', async () => {
  const visitor = await openVisitor(browser, shop, { language: 'en', viewport: narrow })
  const { page } = visitor
  await page.goto('/offers/lamp')
  await press(page, 'button.buy')
  await hold(page)
  await payAndConfirm(page)
  const order = page.url()
  const first = (await page.innerText('.promise .by strong')).trim()
  const counted = shop.run('count', 'lamp', '0')
  assert.equal(counted.status, 0, counted.stderr)
  await page.goto(order)
  const moved = await mainOf(page)
  assert.ok(moved.includes(`Promised at first for ${first}`), moved)
  assert.ok(moved.includes(`had to be moved to ${inWords(day(22))}`), moved)
  assert.ok(moved.includes('We are waiting for the next delivery of “Lamp”'), moved)
  await looksGood(page)
  await page.goto('/offers/rare')
  await press(page, 'button.buy')
  await hold(page)
  await payAndConfirm(page)
  assert.equal(shop.run('count', 'rare', '0').status, 0)
  await page.reload()
  const broken = await mainOf(page)
  assert.match(await page.innerText('[role="alert"]'), /We cannot keep the date of your order/)
  assert.match(broken, /We had promised it for \w+day \d+ \w+ and have no new date yet/)
  assert.equal(await page.locator('.promise').count(), 0, 'no date is shown that will not be kept')
  assert.equal(await page.locator('form[action$="/cancel"]').count(), 1)
  await looksGood(page)
  await visitor.done()
})
