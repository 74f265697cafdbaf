// Which tokens the emulator's Azure DevOps and GitHub know.
def home = new File(basedir, 'target/emulator')
home.mkdirs()
new File(home, 'source-control.json').text = '''{
  "azureDevOps": {
    "tokens": {"pat-that-may-write-code": ["vso.code_write"], "pat-that-may-build-only": ["vso.build"]},
    "pullRequests": {"3411ebc1-d5aa-464f-9615-0b527bc66719": [22]}
  },
  "github": {
    "tokens": {"ghs_that-may-set-statuses": ["statuses:write"], "ghs_that-may-read-only": ["contents:read"]},
    "commits": {"contoso/wine": ["6dcb09b5b57875f334f61aebed695e2e4193db5e"]}
  }
}
'''
return true
