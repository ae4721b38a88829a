// Passkeys: the button shows where the browser has them, and a refusal is said where it happened.
(() => {
  const problem = document.currentScript.dataset.problem
  const button = document.getElementById('passkey_login')
  if (button && window.PublicKeyCredential) button.hidden = false
  document.addEventListener('allauth.error', (event) => {
    event.preventDefault()
    const main = document.getElementById('main')
    let note = document.getElementById('passkey-problem')
    if (!note) {
      note = document.createElement('div')
      note.id = 'passkey-problem'
      note.className = 'note due'
      note.setAttribute('role', 'alert')
      note.tabIndex = -1
      const form = main.querySelector('form')
      form.parentNode.insertBefore(note, form)
    }
    note.textContent = problem
    note.focus()
  })
})()
