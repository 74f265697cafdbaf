// The emulator's Azure DevOps knows the token, and the compute has it: no request and no file of the project does.
def home = new File(basedir, 'target/emulator')
home.mkdirs()
new File(home, 'source-control.json').text = '''{
  "azureDevOps": {"tokens": {"pat-of-the-compute": ["vso.code_write"]}, "pullRequests": {"r1": [22]}}
}
'''
new File(home, 'compute-variables.json').text = '{"AML_CALLBACK_TOKEN": "pat-of-the-compute", "AML_CALLBACK_PAUSE": "0.5", "AML_CALLBACK_GRACE": "3"}\n'
return true
