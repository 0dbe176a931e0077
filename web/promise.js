// Écluse: the date, and why, where data-ecluse-offer="SKU" stands (docs/connect.md)
(() => {
  const NAMES_MAX = 24, WAIT_MS = 5000
  const WORDS = {
    fr: { promised: 'Chez vous au plus tard le ', 'on-site': 'Réalisé au plus tard le ', 'sold-out': 'Épuisé pour le moment' },
    en: { promised: 'With you by ', 'on-site': 'Takes place by ', 'sold-out': 'Sold out for now' }
  }
  const own = document.currentScript?.src || ''
  const base = new URL(own.includes('/ecluse/promise.js') ? own : '/ecluse/', location)
  const answers = new Map() // name -> promise of its offer, or of undefined
  const seen = new WeakMap() // node -> its name, and what was in it
  let timer

  const ask = async names => {
    const url = new URL('api/v1/offers?names=' + names.map(encodeURIComponent), base)
    return (await (await fetch(url, { signal: AbortSignal.timeout(WAIT_MS) })).json()).offers
  }

  const day = (date, french) => new Date(date)
    .toLocaleDateString(french ? 'fr' : 'en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' })
    .replace(french ? ' 1 ' : ',', french ? ' 1er ' : '')

  const part = (className, textContent) => Object.assign(document.createElement('span'), { className, textContent })

  const write = (node, offer) => {
    const { promised, deliver_by, reason } = offer.promise
    const lang = /^fr/i.test(node.closest('[lang]')?.lang) ? 'fr' : 'en'
    const state = !promised ? 'sold-out' : offer.on_site ? 'on-site' : 'promised'
    const date = WORDS[lang][state] + (promised ? day(deliver_by, lang === 'fr') : '')
    node.replaceChildren(part('ecluse-date', date), ' ', part('ecluse-reason', reason[lang]))
    node.dataset.ecluseState = state
    node.dispatchEvent(new CustomEvent('ecluse:promise', { bubbles: true, detail: offer }))
  }

  const show = async (node, name) => {
    const had = seen.get(node)?.nodes
    const mine = { name, nodes: had || [...node.childNodes] }
    seen.set(node, mine)
    if (had) node.replaceChildren(...had)
    delete node.dataset.ecluseState
    const offer = await answers.get(name)
    if (!offer?.promise) return
    if (!node.hasAttribute('aria-live')) node.setAttribute('aria-live', 'polite')
    setTimeout(() => seen.get(node) === mine && write(node, offer)) // once it is a live region
  }

  const scan = () => {
    timer = 0
    const name = one => one.dataset.ecluseOffer.trim()
    const all = [...document.querySelectorAll('[data-ecluse-offer]')].filter(one => seen.get(one)?.name !== name(one))
    const fresh = [...new Set(all.map(name))].filter(one => one && !answers.has(one)).slice(0, NAMES_MAX - answers.size)
    const asked = fresh[0] && ask(fresh).catch(() => {})
    for (const one of fresh) answers.set(one, asked.then(offers => offers?.find(offer => offer.asked === one)))
    for (const one of all) show(one, name(one))
  }

  new MutationObserver(() => { timer ||= setTimeout(scan, 50) })
    .observe(document, { childList: true, subtree: true, attributeFilter: ['data-ecluse-offer'] })
  scan()
})()
