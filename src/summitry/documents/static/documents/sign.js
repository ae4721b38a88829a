// Signs the message of the page, with an Ed25519 key that never leaves the browser or with a passkey, and
// sends the proof. What fails is said on the page; nothing else is sent.
const form = document.getElementById('signing')
const message = new TextEncoder().encode(form.dataset.message)
const ALGORITHM = 'Ed25519'
const STORE = 'summitry-signing'

const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))

function send(means, proof) {
  form.elements.means.value = means
  form.elements.proof.value = JSON.stringify(proof)
  form.submit()
}

function problem(error) {
  const note = document.getElementById('signing-problem')
  note.textContent = form.dataset.problem
  note.hidden = false
  note.focus()
  console.warn(error)
}

// -- keys ----------------------------------------------------------------------------------------
function store(mode, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(STORE, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore('keys')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const asked = work(opening.result.transaction('keys', mode).objectStore('keys'))
      asked.onsuccess = () => resolve(asked.result)
      asked.onerror = () => reject(asked.error)
    }
  })
}

const make = (extractable) => crypto.subtle.generateKey(ALGORITHM, extractable, ['sign', 'verify'])

async function keptKey() {
  const kept = await store('readonly', (keys) => keys.get('own'))
  if (kept) return kept
  const made = await make(false) // nobody can read it out
  await store('readwrite', (keys) => keys.put(made, 'own'))
  return made
}

async function freshFile() {
  const made = await make(true)
  const file = { format: 'summitry key 1', private: base64(await crypto.subtle.exportKey('pkcs8', made.privateKey)), public: base64(await crypto.subtle.exportKey('raw', made.publicKey)) }
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: 'application/json' }))
  link.download = 'signing-key.json'
  link.click()
  return made
}

async function ownFile() {
  const file = JSON.parse(await keyFile.files[0].text())
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))
  return {
    privateKey: await crypto.subtle.importKey('pkcs8', bytes(file.private), ALGORITHM, false, ['sign']),
    publicKey: await crypto.subtle.importKey('raw', bytes(file.public), ALGORITHM, true, ['verify']),
  }
}

async function signWithKey() {
  const where = form.elements.where.value
  keyFile.required = where === 'mine'
  if (!keyFile.reportValidity()) return
  const pair = await { browser: keptKey, file: freshFile, mine: ownFile }[where]()
  const signature = await crypto.subtle.sign(ALGORITHM, pair.privateKey, message)
  const key = await crypto.subtle.exportKey('raw', pair.publicKey)
  send('key', { key: base64(key), signature: base64(signature) })
}

async function knowsEd25519() {
  try {
    await make(false)
    return true
  } catch {
    return false // an old browser, or no secure context: then there is no crypto.subtle at all
  }
}

const byKey = document.querySelector('[data-key]')
const keyFile = document.getElementById('keyfile')
if (byKey) {
  keyFile.addEventListener('change', () => { form.elements.where.value = 'mine' })
  byKey.hidden = false
  const knows = await knowsEd25519()
  byKey.querySelector('[data-key-ready]').hidden = !knows
  byKey.querySelector('[data-key-none]').hidden = knows
  byKey.querySelector('[data-sign-key]').addEventListener('click', () => signWithKey().catch(problem))
}

// -- passkeys ------------------------------------------------------------------------------------
const byPasskey = document.querySelector('[data-sign-passkey]')
if (byPasskey && window.PublicKeyCredential) {
  byPasskey.hidden = false
  byPasskey.addEventListener('click', async () => {
    try {
      const options = JSON.parse(document.getElementById('passkey-options').textContent)
      send('passkey', await window.webauthnJSON.get(options))
    } catch (error) {
      problem(error)
    }
  })
}
