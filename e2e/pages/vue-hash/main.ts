import { createWebHashHistory } from 'vue-router'
import { startApp } from '../vue-app/start-app.js'

startApp(createWebHashHistory)
