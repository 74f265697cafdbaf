import groovy.json.JsonOutput
import groovy.json.JsonSlurper

def json = { new JsonSlurper().parse(new File(basedir, it)) }
def emulator = json('target/emulator/emulator.json')
def post = { String address, String type, String body, Map headers = [:] ->
    def call = new URL(address).openConnection()
    call.doOutput = true
    call.setRequestProperty('Content-Type', type)
    headers.each { name, value -> call.setRequestProperty(name, value) }
    call.outputStream.withCloseable { it << body }
    call
}
try {
    def log = new File(basedir, 'build.log').text
    assert log.contains("aml.deploy.auth is 'entra', but the image cannot check Entra ID tokens")
    assert (log =~ /200 in .*\[3, 7.5]/).count == 3
    assert log.count('401 in ') == 3
    assert log =~ /403 in .*none of the roles Model.Train/
    assert log.contains('for Entra ID tokens')

    // Tokens as a tenant gives them, and as no tenant does.
    def credentials = json('target/emulator/credentials.json')
    def token = { String audience ->
        def form = [grant_type: 'client_credentials', client_id: credentials.clientId,
                    client_secret: credentials.clientSecret, scope: audience + '/.default']
                .collect { name, value -> name + '=' + URLEncoder.encode(value, 'UTF-8') }.join('&')
        def call = post("${emulator.http}/${emulator.tenantId}/oauth2/v2.0/token", 'application/x-www-form-urlencoded', form)
        new JsonSlurper().parse(call.inputStream).access_token
    }
    def clock = { String to ->
        assert post(emulator.http + '/_emulator/clock', 'application/json', JsonOutput.toJson([set: to])).responseCode == 200
    }
    def part = { Object content -> Base64.urlEncoder.withoutPadding().encodeToString(JsonOutput.toJson(content).bytes) }
    def claims = { String jwt -> new JsonSlurper().parse(Base64.urlDecoder.decode(jwt.split(/\./)[1])) }

    def good = token('api://factor')
    def (header, payload, signature) = good.split(/\./) as List
    clock(java.time.Instant.now().minus(java.time.Duration.ofDays(2)).toString())
    def expired = token('api://factor')
    clock(java.time.Instant.now().toString())
    def tokens = [
            'good'          : [good, 200],
            'wrong audience': [token('api://other'), 401],
            'expired'       : [expired, 401],
            'no signature'  : [part([alg: 'none', typ: 'JWT']) + '.' + payload + '.', 401],
            'forged claims' : [header + '.' + part(claims(good) + [roles: ['Model.Score', 'Model.Admin']]) + '.' + signature, 401],
            'no token'      : [null, 401],
    ]
    ['deploy-aks', 'deploy-webapp'].each { goal ->
        def address = json("target/aml/${goal}.json").outputs.scoringUri
        tokens.each { name, offered ->
            def call = post(address, 'application/json', '{"data": [1, 2.5]}',
                    offered[0] == null ? [:] : [Authorization: 'Bearer ' + offered[0]])
            assert call.responseCode == offered[1]: "${goal}: ${name}"
            if (offered[1] == 401) {
                // RFC 6750: what is wrong is told only to those who have offered something.
                def told = call.getHeaderField('WWW-Authenticate')
                assert told.startsWith('Bearer ') && told.contains('invalid_token') == (offered[0] != null): "${goal}: ${told}"
            }
        }
    }

    def deployed = json('target/aml/deploy-aci.json').outputs
    assert deployed.entraAudience == 'api://factor'
    assert !deployed.containsKey('keysFile')
    // No token anywhere in what the build has left.
    assert !(log =~ /eyJ[A-Za-z0-9_-]{10,}\.eyJ/)
    assert !new File(basedir, 'target/aml').listFiles().any { it.file && it.text =~ /eyJ[A-Za-z0-9_-]{10,}\.eyJ/ }
} finally {
    def stop = new URL(emulator.http + '/_emulator/stop').openConnection()
    stop.requestMethod = 'POST'
    stop.responseCode
}
