import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
def job = new JsonSlurper().parse(new File(basedir, 'target/aml/run.json')).outputs.jobName

// Told, and told again without a second comment.
assert log.contains("Told pull request 22 of 3411ebc1-d5aa-464f-9615-0b527bc66719 that job ${job} is Completed\n")
assert log.contains("that job ${job} is Completed, over the earlier comment")

// What the services say to a token that may not, and what to do about it.
assert log.contains('AML-3201  read the comments on pull request 22')
assert log.contains("HTTP 401: TF400813: The user 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' is not authorized to access this resource.")
assert log.contains('The token needs the scope Code (read & write)')
assert log.contains('TF401180: The requested pull request was not found.')
assert log.contains('aml:pr-status has no token for pull request 22')
assert log.contains('HTTP 403: Resource not accessible by integration')
assert log.contains("The token needs 'Commit statuses: write'")

assert log.contains("Told commit 6dcb09b of contoso/wine that job ${job} is Completed")

// An encrypted token is the same token: told a third time over the same comment; a wrong master password is not passed over.
assert log.count("that job ${job} is Completed, over the earlier comment") == 2
assert log.contains("server 'may-write-code-encrypted'")
assert log.contains('no-such-file.xml')

// No token anywhere, nor the master password that the encrypted one needs.
def secrets = ['pat-that-may', 'ghs_that-may', 'master-of-the-test']
new File(basedir, 'target/aml').eachFileRecurse { file ->
    if (file.isFile()) {
        assert !secrets.any { file.text.contains(it) }
    }
}
assert !secrets.any { log.contains(it) }
assert !log.contains(':pat-that-may-write-code'.bytes.encodeBase64().toString())
